// Owns the explorer's map: Leaflet, shapes of our own site, circles whose radius in metres is the doubt of the source.
import { here } from "./here.js";

let leaflet = null;

function load() {
  leaflet ??= new Promise((resolve, reject) => {
    const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: here("../leaflet/leaflet.css") });
    const script = Object.assign(document.createElement("script"), { src: here("../leaflet/leaflet.js"), onload: () => resolve(window.L), onerror: reject });
    document.head.append(style, script);
  });
  return leaflet;
}

/** Make the map in a node; answers an object whose `draw(rows)` shows records and returns how many have no point. */
export async function create(node, site) {
  const [L, shapes] = await Promise.all([load(), fetch(here("shapes.json")).then((r) => r.json())]);
  const map = L.map(node, { minZoom: 3, maxZoom: 10, attributionControl: false, zoomAnimation: false }).setView([51, 20], 4);
  L.geoJSON(shapes, { interactive: false, style: () => ({ className: "air-leaflet-land", weight: 0.7 }) }).addTo(map);
  L.control.attribution({ prefix: false }).addAttribution("Borders: Natural Earth, corrected").addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  const layer = L.layerGroup().addTo(map);
  return {
    draw(rows) {
      layer.clearLayers();
      let beside = 0;
      for (const row of rows) {
        if (!row.point) { beside++; continue; }
        const [lat, lon, km] = row.point;
        const options = { className: `air-leaflet-mark air-f-${row.family}`, weight: 1 };
        L.circle([lat, lon], { ...options, radius: km * 1000, interactive: false }).addTo(layer);
        const link = Object.assign(document.createElement("a"), { href: new URL(`incidents/${encodeURIComponent(row.id)}/`, site), textContent: row.title });
        const box = document.createElement("div");
        box.append(link, document.createElement("br"), row.when);
        L.circleMarker([lat, lon], { ...options, radius: 4 }).bindPopup(box).addTo(layer);
      }
      map.invalidateSize();
      return beside;
    },
  };
}
