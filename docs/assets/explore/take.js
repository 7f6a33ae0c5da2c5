// Owns taking away exactly the rows found: the published files' own lines, whole and in their order.
import { element } from "./dom.js";

// Rows of the published files stand one a line and begin with the id, so exactly these rows can be taken out.
const PATHS = { csv: "data/incidents-flat.csv", json: "data/incidents.ndjson" };
const ID = { csv: (line) => line.slice(0, line.indexOf(",")), json: (line) => JSON.parse(line).id };

/** The text of a file with the rows of `ids` only. */
export async function selection(kind, ids, site, meta) {
  const answer = await fetch(new URL(PATHS[kind], site));
  if (!answer.ok) throw new Error(`${PATHS[kind]}: ${answer.status}`);
  const lines = (await answer.text()).split("\n").filter(Boolean);
  const kept = (kind === "csv" ? lines.slice(1) : lines).filter((line) => ids.has(ID[kind](line)));
  return kind === "csv" ? `${[lines[0], ...kept].join("\n")}\n` : `{"meta":${JSON.stringify(meta)},"incidents":[\n${kept.join(",\n")}\n]}\n`;
}

/** Offer a text as a file. */
export function save(text, kind) {
  const link = element("a", { href: URL.createObjectURL(new Blob([text], { type: kind === "csv" ? "text/csv" : "application/json" })), download: `air-selection.${kind}` });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
