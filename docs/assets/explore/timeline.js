// Owns the explorer's timeline: records by month, and a period drawn across it with the pointer.
import { svg } from "./dom.js";

const H = 96, FOOT = 20, LEAST = 300;

function monthsTo(last) {
  const months = [];
  for (let y = 2022, m = 2; ; m === 12 ? (y++, m = 1) : m++) {
    const text = `${y}-${String(m).padStart(2, "0")}`;
    months.push(text);
    if (text >= last) return months;
  }
}

/** Draw the counts (month -> number) of a choice into a node; `choose(from, to)` is called for a period drawn. */
export function draw(node, last, counts, choice, choose) {
  const months = monthsTo(last);
  const width = Math.max(LEAST, node.clientWidth);
  const top = Math.max(1, ...counts.values());
  const step = width / months.length;
  const picture = svg("svg", { viewBox: `0 0 ${width} ${H}`, role: "img", "aria-label": "Records by month. Drag to choose a period; the fields From and until set the same." });
  months.forEach((month, i) => {
    const n = counts.get(month) || 0;
    const size = (n / top) * (H - FOOT - 4);
    const inside = (!choice.from || month >= choice.from) && (!choice.to || month <= choice.to);
    const bar = svg("rect", { class: inside ? "air-brush-bar" : "air-brush-bar air-brush-out", x: i * step + 1, y: H - FOOT - size, width: step - 2, height: size });
    bar.append(svg("title", {}, `${month}: ${n}`));
    picture.append(bar);
    if (month.endsWith("-01") || !i) picture.append(svg("text", { class: "air-axis", x: i * step + 1, y: H - 5 }, month.slice(0, 4)));
  });
  brush(picture, months, width, step, choose);
  node.replaceChildren(picture);
}

function brush(picture, months, width, step, choose) {
  let from = null;
  const at = (event) => {
    const box = picture.getBoundingClientRect();
    return Math.max(0, Math.min(months.length - 1, Math.floor(((event.clientX - box.left) / box.width) * width / step)));
  };
  const shade = svg("rect", { class: "air-brush-shade", y: 0, height: H - FOOT, width: 0 });
  picture.append(shade);
  picture.addEventListener("pointerdown", (event) => { from = at(event); picture.setPointerCapture(event.pointerId); });
  picture.addEventListener("pointermove", (event) => {
    if (from === null) return;
    const [a, b] = [from, at(event)].sort((x, y) => x - y);
    shade.setAttribute("x", a * step);
    shade.setAttribute("width", (b - a + 1) * step);
  });
  picture.addEventListener("pointerup", (event) => {
    if (from === null) return;
    const [a, b] = [from, at(event)].sort((x, y) => x - y);
    from = null;
    choose(months[a], months[b]);
  });
}
