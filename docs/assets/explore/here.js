// Owns the addresses of files beside these scripts.

/** A path relative to this folder as an address. */
export const here = (path) => new URL(path, import.meta.url).href;
