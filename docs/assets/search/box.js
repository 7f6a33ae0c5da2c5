// Owns the search fields: in the header on every page, answers beneath as you type; on the search page, a longer list.
const site = new URL("../../", import.meta.url);
const engine = () => import("./engine.js");
const WAIT = 90;

function element(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

const row = (page) => element("li", {}, element("a", { href: new URL(page.path, site).href }, element("span", { className: page.family ? `air-swatch air-f-${page.family}` : "air-swatch air-page" }), page.title, " ", element("span", { className: "air-more" }, page.note)));

/** Wire one field to the list that shows its answers. */
export function wire(input, list, status, most, panel = null) {
  let wait, last = 0;
  const close = () => { if (panel) panel.hidden = true; };
  async function answer() {
    const query = input.value.trim();
    const turn = ++last;
    if (query.length < 2) { list.replaceChildren(); status.textContent = panel ? "" : "Type two letters or more."; return close(); }
    try {
      const { total, pages } = await (await engine()).search(query, most);
      if (turn !== last) return;
      list.replaceChildren(...pages.map(row));
      status.textContent = total ? `${total} ${total === 1 ? "page" : "pages"}${total > pages.length ? `, the best ${pages.length} shown` : ""}` : "Nothing found. Try a place, a country, a model or an id.";
    } catch (error) {
      status.textContent = `Search could not load (${error.message}).`;
    }
    if (panel) panel.hidden = false;
  }
  input.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(answer, WAIT); });
  input.addEventListener("focus", () => { engine(); if (panel && list.children.length) panel.hidden = false; });
  const around = panel ? panel.parentElement : list.parentElement;
  around.addEventListener("keydown", (event) => {
    const links = [...list.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement);
    if (event.key === "Escape" && panel && !panel.hidden) { close(); input.focus(); event.preventDefault(); }
    if (event.key === "ArrowDown" && links.length) {
      if (panel) panel.hidden = false;
      (links[at + 1] || links[0]).focus();
      event.preventDefault();
    }
    if (event.key === "ArrowUp" && at >= 0) { (links[at - 1] || input).focus(); event.preventDefault(); }
  });
  if (panel) {
    document.addEventListener("pointerdown", (event) => { if (!around.contains(event.target)) close(); });
    around.addEventListener("focusout", (event) => { if (event.relatedTarget && !around.contains(event.relatedTarget)) close(); });
  }
  return answer;
}

const header = document.getElementById("air-q");
if (header) wire(header, document.getElementById("air-found-list"), document.getElementById("air-found-status"), 8, document.getElementById("air-found"));

const field = document.getElementById("search-q");
if (field) {
  const answer = wire(field, document.getElementById("search-list"), document.getElementById("search-status"), 50);
  field.value = (new URLSearchParams(location.search).get("q") || "").slice(0, 200);
  field.addEventListener("input", () => history.replaceState(null, "", field.value.trim() ? `?q=${encodeURIComponent(field.value.trim())}` : location.pathname));
  answer();
}
