// Owns folding: how words are compared, here and in scripts/publish/pages/search.py.

const FOLDS = { ł: "l", đ: "d", ø: "o", ı: "i", ß: "ss", æ: "ae", œ: "oe", þ: "th", ð: "d" };

/** A text in lower case without diacritics, so that Guneysehir finds Güneyşehir. */
export function fold(text) {
  return text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[łđøıßæœþð]/g, (c) => FOLDS[c]);
}

/** The words of a text, folded. */
export const wordsOf = (text) => fold(text).match(/[\p{L}\p{N}]+/gu) || [];
