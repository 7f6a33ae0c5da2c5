// Owns the explorer's page: facets, table, period, downloads; the whole state is in the address.
import { here } from "./here.js";
import { Model } from "./model.js";

const site = new URL(here("../../"));
const $ = (id) => document.getElementById(id);
const STEP = 100;

let model, choice, result, shown = STEP, map = null;

function element(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

async function start() {
  const answer = await fetch(here("records.json"));
  if (!answer.ok) throw new Error(`records.json: ${answer.status}`);
  model = new Model(await answer.json());
  choice = model.fromQuery(location.search);
  buildFacets();
  wire();
  update(false);
}

function buildFacets() {
  model.facets.forEach((facet, f) => {
    const list = element("ul");
    facet.labels.forEach((label, v) => {
      const box = element("input", { type: "checkbox", id: `f-${facet.name}-${facet.terms[v]}`, name: facet.name, value: facet.terms[v] });
      box.addEventListener("change", () => { choice.facets[f][box.checked ? "add" : "delete"](v); update(); });
      const count = element("span", { className: "air-count" });
      list.append(element("li", {}, box, element("label", { htmlFor: box.id }, label, " ", count)));
    });
    const box = element("details", { className: "air-facet" }, element("summary", {}, facet.heading, " ", element("span", { className: "air-count" })), list);
    box.open = choice.facets[f].size > 0 || (f < 3 && matchMedia("(min-width: 60em)").matches);
    $("facets").append(box);
  });
}

function wire() {
  let wait;
  $("q").addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(() => { choice.q = $("q").value.trim(); update(); }, 80); });
  for (const end of ["from", "to"]) $(end).addEventListener("change", () => { choice[end] = /^\d{4}-\d{2}$/.test($(end).value) ? $(end).value : ""; update(); });
  $("filters").addEventListener("submit", (e) => e.preventDefault());
  $("filters").addEventListener("reset", (e) => { e.preventDefault(); choice = { ...model.empty(), sort: choice.sort, down: choice.down }; update(); $("q").focus(); });
  for (const button of document.querySelectorAll("[data-sort]")) button.addEventListener("click", () => {
    choice.down = choice.sort === button.dataset.sort ? !choice.down : button.dataset.sort === "date";
    choice.sort = button.dataset.sort;
    update();
  });
  $("more").addEventListener("click", () => { const from = shown; shown += STEP; drawRows(); $("rows").children[from]?.querySelector("a").focus(); });
  $("csv").addEventListener("click", () => take("csv"));
  $("json").addEventListener("click", () => take("json"));
  $("copy").addEventListener("click", async () => { await navigator.clipboard.writeText($("citation").textContent); $("copy").textContent = "Copied"; });
  $("mapbox").addEventListener("toggle", drawMap);
  addEventListener("popstate", () => { choice = model.fromQuery(location.search); update(false); });
}

function update(push = true) {
  result = model.filter(choice);
  shown = STEP;
  const query = model.toQuery(choice);
  if (push) history.replaceState(null, "", query ? `?${query}` : location.pathname);
  $("q").value = $("q") === document.activeElement ? $("q").value : choice.q;
  $("from").value = choice.from;
  $("to").value = choice.to;
  drawFacets();
  drawRows();
  drawTimeline();
  drawMap();
  const n = result.found.length;
  $("answer").textContent = `These criteria give ${n} ${n === 1 ? "record" : "records"}.`;
  $("copy").textContent = "Copy citation and link";
  const root = $("explore").dataset;
  $("citation").textContent = `Airspace Incursion Record, version ${root.version}, selection of ${n} ${n === 1 ? "record" : "records"}: ${location.href} (CC BY 4.0).`;
}

function drawFacets() {
  [...$("facets").children].forEach((box, f) => {
    box.querySelector("summary .air-count").textContent = choice.facets[f].size ? `${choice.facets[f].size} chosen` : "";
    [...box.querySelectorAll("li")].forEach((item, v) => {
      item.querySelector("input").checked = choice.facets[f].has(v);
      const count = result.counts[f][v];
      item.querySelector(".air-count").textContent = count;
      item.classList.toggle("air-none", !count && !choice.facets[f].has(v));
    });
  });
}

function drawRows() {
  const label = (row, name) => row.values[model.index[name]].map((v) => model.facets[model.index[name]].labels[v]).join(", ");
  $("rows").replaceChildren(...result.found.slice(0, shown).map((row) => element("tr", {},
    element("td", {}, row.when),
    element("th", { scope: "row" }, element("a", { href: new URL(`incidents/${encodeURIComponent(row.id)}/`, site) }, row.title)),
    ...["country", "category", "existence", "entered"].map((name) => element("td", {}, label(row, name))))));
  for (const button of document.querySelectorAll("[data-sort]")) {
    const cell = button.closest("th");
    if (button.dataset.sort === choice.sort) cell.setAttribute("aria-sort", choice.down ? "descending" : "ascending");
    else cell.removeAttribute("aria-sort");
  }
  $("more").hidden = shown >= result.found.length;
}

function drawTimeline() {
  const months = [];
  const last = model.rows.reduce((m, r) => (r.month > m ? r.month : m), "2022-02");
  for (let y = 2022, m = 2; ; m === 12 ? (y++, m = 1) : m++) { const t = `${y}-${String(m).padStart(2, "0")}`; months.push(t); if (t >= last) break; }
  const top = Math.max(1, ...result.months.values());
  const w = 960, h = 90, step = w / months.length;
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", `0 0 ${w} ${h}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", "Records by month; the fields From and until set the same period. Drag to choose.");
  const add = (tag, attributes, text = "") => { const n = document.createElementNS(svg.namespaceURI, tag); for (const k in attributes) n.setAttribute(k, attributes[k]); n.textContent = text; svg.append(n); return n; };
  months.forEach((month, i) => {
    const n = result.months.get(month) || 0;
    const size = (n / top) * (h - 22);
    const inside = (!choice.from || month >= choice.from) && (!choice.to || month <= choice.to);
    const bar = add("rect", { class: inside ? "air-brush-bar" : "air-brush-bar air-brush-out", x: i * step + 1, y: h - 18 - size, width: step - 2, height: Math.max(size, 0) });
    bar.append(Object.assign(document.createElementNS(svg.namespaceURI, "title"), { textContent: `${month}: ${n}` }));
    if (month.endsWith("-01") || !i) add("text", { class: "air-axis", x: i * step, y: h - 4 }, month.slice(0, 4));
  });
  brush(svg, months, step);
  $("timeline").replaceChildren(svg);
}

function brush(svg, months, step) {
  let from = null;
  const at = (e) => months[Math.max(0, Math.min(months.length - 1, Math.floor(((e.clientX - svg.getBoundingClientRect().left) / svg.getBoundingClientRect().width) * 960 / step)))];
  svg.addEventListener("pointerdown", (e) => { from = at(e); svg.setPointerCapture(e.pointerId); });
  svg.addEventListener("pointerup", (e) => { if (!from) return; [choice.from, choice.to] = [from, at(e)].sort(); from = null; update(); });
}

async function drawMap() {
  if (!$("mapbox").open) return;
  map ??= import("./map.js").then((m) => m.create($("map"), site));
  const shownBeside = (await map).draw(result.found);
  $("beside").textContent = shownBeside ? `${shownBeside} of these records have no point, since sources name only a region or country; the table lists all.` : "";
}

// Rows of the published files stand one a line and begin with the id, so exactly these rows can be taken out.
async function take(kind) {
  const ids = new Set(result.found.map((r) => r.id));
  const path = kind === "csv" ? "data/incidents-flat.csv" : "data/incidents.ndjson";
  const text = await (await fetch(new URL(path, site))).text();
  const lines = text.split("\n").filter(Boolean);
  const idOf = kind === "csv" ? (l) => l.slice(0, l.indexOf(",")) : (l) => JSON.parse(l).id;
  const kept = (kind === "csv" ? lines.slice(1) : lines).filter((l) => ids.has(idOf(l)));
  const content = kind === "csv" ? `${[lines[0], ...kept].join("\n")}\n` : `{"meta":${JSON.stringify({ version: $("explore").dataset.version, selection: location.search, licence: "CC-BY-4.0" })},"incidents":[\n${kept.join(",\n")}\n]}\n`;
  const link = element("a", { href: URL.createObjectURL(new Blob([content], { type: kind === "csv" ? "text/csv" : "application/json" })), download: `air-selection.${kind}` });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

start().catch((error) => { $("answer").textContent = `The records could not be loaded (${error.message}).`; });
