// Owns the explorer's map: Leaflet, shapes of our own site, circles whose radius in metres is the doubt of the source.
import { element } from "./dom.js";
import { here } from "./here.js";

const FAMILIES = ["missile", "drone", "aircraft", "balloon", "unknown"];
const RING_KM = 8;

let leaflet = null;

function load() {
  leaflet ??= new Promise((resolve, reject) => {
    const style = element("link", { rel: "stylesheet", href: here("../leaflet/leaflet.css") });
    const script = element("script", { src: here("../leaflet/leaflet.js"), onload: () => resolve(window.L), onerror: reject });
    document.head.append(style, script);
  });
  return leaflet;
}

const colour = (name) => getComputedStyle(document.body).getPropertyValue(`--air-${name}`).trim();

function popup(row, site) {
  const link = element("a", { href: new URL(`incidents/${encodeURIComponent(row.id)}/`, site), textContent: row.title });
  return element("div", {}, link, element("br"), `${row.when}. Known to within ${row.point[2]} km.`);
}

/** Make the map in a node; answers an object whose `draw(rows)` shows records and returns how many have no point. */
export async function create(node, site) {
  const [L, shapes] = await Promise.all([load(), fetch(here("shapes.json")).then((r) => r.json())]);
  // Canvas: ten thousand circles are too many elements, and the table is what keyboards and screen readers use.
  const map = L.map(node, { minZoom: 3, maxZoom: 10, attributionControl: false, zoomAnimation: false, preferCanvas: true }).setView([51, 20], 4);
  // Land lies beneath the canvas of the marks.
  map.createPane("land").style.zIndex = 250;
  L.geoJSON(shapes, { interactive: false, pane: "land", renderer: L.svg({ pane: "land" }), style: () => ({ className: "air-leaflet-land", weight: 0.7 }) }).addTo(map);
  L.control.attribution({ prefix: false }).addAttribution("Borders: Natural Earth, corrected").addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  const layer = L.layerGroup().addTo(map);
  let last = [];
  function draw(rows) {
    last = rows;
    layer.clearLayers();
    const colours = Object.fromEntries(FAMILIES.map((f) => [f, colour(f)]));
    const placed = rows.filter((r) => r.point);
    for (const { point: [lat, lon, km], family } of placed) if (km >= RING_KM) L.circle([lat, lon], { radius: km * 1000, interactive: false, weight: 0.6, color: colours[family], opacity: 0.5, fillOpacity: 0.05 }).addTo(layer);
    for (const row of placed) L.circleMarker(row.point.slice(0, 2), { radius: 5, weight: 1, color: colour("paper"), fillColor: colours[row.family], fillOpacity: 0.8 }).bindPopup(() => popup(row, site)).addTo(layer);
    map.invalidateSize();
    return rows.length - placed.length;
  }
  new MutationObserver(() => draw(last)).observe(document.body, { attributes: true, attributeFilter: ["data-md-color-scheme"] });
  return { draw };
}
