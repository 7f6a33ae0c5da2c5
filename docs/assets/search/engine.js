// Owns searching: fetches the files of the words typed, and the entries of the best answers; nothing before that.
import { wordsOf } from "../fold.js";

const here = (path) => new URL(path, import.meta.url).href;
const cache = new Map();

function load(name) {
  if (!cache.has(name)) {
    const answer = fetch(here(name)).then((r) => { if (!r.ok) throw new Error(`${name}: ${r.status}`); return r.json(); });
    answer.catch(() => cache.delete(name));
    cache.set(name, answer);
  }
  return cache.get(name);
}

const shardOf = (word) => (/^[a-z0-9]{2}/.test(word) ? word.slice(0, 2) : "other");

/** How well each entry answers one word: a name beats text, a whole word beats a beginning. */
async function scores(word, shards) {
  const found = new Map();
  const key = shardOf(word);
  if (!shards.includes(key)) return found;
  for (const [known, lists] of Object.entries(await load(`w-${key}.json`))) {
    if (!known.startsWith(word)) continue;
    lists.forEach((differences, weak) => {
      const score = (weak ? 1 : 3) + (known === word ? 1 : 0);
      let number = 0;
      for (const step of differences) {
        number += step;
        if (score > (found.get(number) || 0)) found.set(number, score);
      }
    });
  }
  return found;
}

/** The best `most` pages for a query, all words required: { total, pages: [{ path, title, note, family }] }. */
export async function search(query, most) {
  const words = [...new Set(wordsOf(query))].filter((w) => w.length > 1);
  if (!words.length) return { total: 0, pages: [] };
  const { chunk, shards } = await load("shards.json");
  const [first, ...others] = await Promise.all(words.map((w) => scores(w, shards)));
  const all = [...first].filter(([n]) => others.every((o) => o.has(n))).map(([n, s]) => [n, others.reduce((sum, o) => sum + o.get(n), s)]);
  all.sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  const pages = await Promise.all(all.slice(0, most).map(async ([n]) => {
    const [path, title, note, family] = (await load(`e${Math.floor(n / chunk)}.json`))[n % chunk];
    return { path, title, note, family };
  }));
  return { total: all.length, pages };
}
