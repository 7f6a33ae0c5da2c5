// Owns the records, the filters and their counts; knows nothing of the page.

import { fold } from "../fold.js";

/** The records in columns: facets with terms and labels, and for each record its values as numbers. */
export class Model {
  constructor(data) {
    this.facets = data.facets;
    this.rows = data.rows.map((r) => ({
      id: r[0], title: r[1], start: r[2], when: r[3], month: r[4], family: r[5], point: r[7], values: r[8],
    }));
    this.texts = data.rows.map((r) => fold(`${r[0]} ${r[1]} ${r[6]} ${r[8][0].map((v) => data.facets[0].labels[v]).join(" ")}`));
    this.lastMonth = this.rows.reduce((last, r) => (r.month > last ? r.month : last), "2022-02");
    this.index = Object.fromEntries(this.facets.map((f, i) => [f.name, i]));
  }

  /** An empty choice: no facet value, no words, no bounds. */
  empty() {
    return { facets: this.facets.map(() => new Set()), q: "", from: "", to: "", sort: "date", down: true };
  }

  /**
   * The records that a choice gives, and for every facet value how many it would give, the other facets applied.
   * One pass: a record that fails exactly one facet still counts for that facet's values.
   */
  filter(choice) {
    const words = fold(choice.q).split(/\s+/).filter(Boolean);
    const counts = this.facets.map((f) => new Uint32Array(f.terms.length));
    const months = new Map();
    const found = [];
    for (let i = 0; i < this.rows.length; i++) {
      const text = this.texts[i];
      if (!words.every((w) => text.includes(w))) continue;
      const row = this.rows[i];
      let fails = 0;
      let failing = -1;
      for (let f = 0; f < this.facets.length && fails < 2; f++) {
        const chosen = choice.facets[f];
        if (chosen.size && !row.values[f].some((v) => chosen.has(v))) { fails++; failing = f; }
      }
      if (fails > 1) continue;
      const inside = this.inPeriod(row, choice);
      if (!fails && row.month) months.set(row.month, (months.get(row.month) || 0) + 1);
      if (!inside) continue;
      for (let f = 0; f < this.facets.length; f++) {
        if (fails && f !== failing) continue;
        for (const v of row.values[f]) counts[f][v]++;
      }
      if (!fails) found.push(row);
    }
    return { found: this.sort(found, choice), counts, months };
  }

  /** Whether a record lies in the months chosen; one known only by its year must lie in it as a whole. */
  inPeriod(row, choice) {
    if (!choice.from && !choice.to) return true;
    const month = row.month || "";
    if (!month) return false;
    return (!choice.from || month >= choice.from) && (!choice.to || month <= choice.to);
  }

  sort(rows, choice) {
    const f = this.index[choice.sort];
    const key = choice.sort === "date" ? (r) => r.start : choice.sort === "title" ? (r) => fold(r.title) : (r) => r.values[f][0] ?? 999;
    const way = choice.down ? -1 : 1;
    const keys = new Map(rows.map((r) => [r, key(r)]));
    return rows.sort((a, b) => {
      const x = keys.get(a), y = keys.get(b);
      return (x < y ? -1 : x > y ? 1 : a.id < b.id ? -1 : 1) * way;
    });
  }

  /** A choice as a query string, in a fixed order, so that the same choice has one address. */
  toQuery(choice) {
    const query = new URLSearchParams();
    if (choice.q) query.set("q", choice.q);
    if (choice.from) query.set("from", choice.from);
    if (choice.to) query.set("to", choice.to);
    this.facets.forEach((f, i) => {
      const terms = [...choice.facets[i]].sort((a, b) => a - b).map((v) => f.terms[v]);
      if (terms.length) query.set(f.name, terms.join(","));
    });
    if (choice.sort !== "date" || !choice.down) query.set("sort", (choice.down ? "-" : "") + choice.sort);
    return query.toString().replaceAll("%2C", ",");
  }

  /** The choice that a query string stands for; what it names and we do not know is left out. */
  fromQuery(text) {
    const query = new URLSearchParams(text);
    const choice = this.empty();
    choice.q = (query.get("q") || "").slice(0, 200);
    for (const end of ["from", "to"]) if (/^\d{4}-\d{2}$/.test(query.get(end) || "")) choice[end] = query.get(end);
    this.facets.forEach((f, i) => {
      for (const term of (query.get(f.name) || "").split(",")) if (f.terms.includes(term)) choice.facets[i].add(f.terms.indexOf(term));
    });
    const sort = (query.get("sort") || "").match(/^(-?)(date|title|country|category|existence|entered)$/);
    if (sort) { choice.sort = sort[2]; choice.down = sort[1] === "-"; }
    return choice;
  }
}
