// Owns the explorer's page: facets, table, period, downloads; the whole state is in the address.
import { element } from "./dom.js";
import { here } from "./here.js";
import { Model } from "./model.js";
import { save, selection } from "./take.js";
import { draw as drawTimeline } from "./timeline.js";

const site = new URL(here("../../"));
const $ = (id) => document.getElementById(id);
const STEP = 50, MORE = 100;
const wide = matchMedia("(min-width: 60em)");

let model, choice, result, shown = STEP, map = null, seen = false;

async function start() {
  const answer = await fetch(here("records.json"));
  if (!answer.ok) throw new Error(`records.json: ${answer.status}`);
  model = new Model(await answer.json());
  choice = model.fromQuery(location.search);
  buildFacets();
  wire();
  update(false);
  $("explore").dataset.ready = "yes";
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
    box.open = choice.facets[f].size > 0 || (f < 3 && wide.matches);
    $("facets").append(box);
  });
}

function wire() {
  let wait;
  $("q").addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(() => { choice.q = $("q").value.trim(); update(); }, 80); });
  for (const end of ["from", "to"]) $(end).addEventListener("change", () => { choice[end] = /^\d{4}-\d{2}$/.test($(end).value) ? $(end).value : ""; update(); });
  $("filters").addEventListener("submit", (e) => e.preventDefault());
  $("filters").addEventListener("reset", (e) => { e.preventDefault(); choice = { ...model.empty(), sort: choice.sort, down: choice.down }; $("q").value = ""; update(); $("q").focus(); });
  for (const button of document.querySelectorAll("[data-sort]")) button.addEventListener("click", () => {
    choice.down = choice.sort === button.dataset.sort ? !choice.down : button.dataset.sort === "date";
    choice.sort = button.dataset.sort;
    update();
  });
  $("more").addEventListener("click", () => { const from = shown; shown += MORE; drawRows(); $("rows").children[from]?.querySelector("a").focus(); });
  for (const kind of ["csv", "json"]) $(kind).addEventListener("click", () => take(kind).catch(fail));
  $("copy").addEventListener("click", async () => { await navigator.clipboard.writeText($("citation").textContent); $("copy").textContent = "Copied"; });
  addEventListener("popstate", () => { choice = model.fromQuery(location.search); update(false); });
  wireMap();
}

// The map is open from the start where there is room, with its place kept; its library is fetched when it comes into view.
function wireMap() {
  new IntersectionObserver((entries, observer) => {
    if (!entries.some((e) => e.isIntersecting)) return;
    observer.disconnect();
    seen = true;
    drawMap();
  }).observe($("map"));
  $("mapbox").addEventListener("toggle", drawMap);
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
  drawTimeline($("timeline"), model.lastMonth, result.months, choice, (from, to) => { choice.from = from; choice.to = to; update(); });
  drawMap();
  tell();
}

function tell() {
  const n = result.found.length;
  const records = `${n} ${n === 1 ? "record" : "records"}`;
  $("answer").textContent = `These criteria give ${records}.`;
  $("copy").textContent = "Copy citation and link";
  const root = $("explore").dataset;
  const address = root.site ? `${root.site}explore/${location.search}` : location.href;
  $("citation").textContent = `Airspace Incursion Record, version ${root.version}, selection of ${records}: ${address} (CC BY 4.0).`;
  const chosen = choice.facets.reduce((sum, f) => sum + f.size, 0) + (choice.from || choice.to ? 1 : 0);
  $("chosen").textContent = chosen ? `${chosen} chosen` : "";
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
  const cell = (row, name) => {
    const facet = model.facets[model.index[name]];
    return element("td", { className: `air-c-${name}` }, row.values[model.index[name]].map((v) => facet.short[v]).join(", "));
  };
  $("rows").replaceChildren(...result.found.slice(0, shown).map((row) => element("tr", {},
    element("td", { className: "air-c-date" }, row.when),
    element("th", { scope: "row" }, element("a", { href: new URL(`incidents/${encodeURIComponent(row.id)}/`, site) }, row.title)),
    ...["country", "category", "existence", "entered"].map((name) => cell(row, name)))));
  for (const button of document.querySelectorAll("[data-sort]")) {
    const head = button.closest("th");
    if (button.dataset.sort === choice.sort) head.setAttribute("aria-sort", choice.down ? "descending" : "ascending");
    else head.removeAttribute("aria-sort");
  }
  $("more").hidden = shown >= result.found.length;
  $("more").textContent = `Show ${Math.min(MORE, result.found.length - shown)} more of ${result.found.length - shown}`;
}

async function drawMap() {
  if (!seen || !$("mapbox").open) return;
  map ??= import("./map.js").then((m) => m.create($("map"), site));
  const beside = (await map).draw(result.found);
  $("beside").textContent = beside ? `${beside} of these records have no point, since sources name only a region or country; the table lists all.` : "";
}

async function take(kind) {
  const ids = new Set(result.found.map((r) => r.id));
  const meta = { version: $("explore").dataset.version, selection: location.search, licence: "CC-BY-4.0" };
  save(await selection(kind, ids, site, meta), kind);
}

function fail(error) {
  $("answer").textContent = `The records could not be loaded (${error.message}).`;
}

// Before the records are there, so that nothing moves when they come.
$("mapbox").open = $("filterbox").open = wide.matches;
start().catch(fail);
