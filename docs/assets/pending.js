// Owns the note on a record that a correction is being discussed; the page's own bytes never change for it.
const note = document.getElementById("pending");

async function show() {
  const answer = await fetch(new URL("../pending.json", import.meta.url), { cache: "no-cache" });
  if (!answer.ok) return;
  const open = (await answer.json())[note.dataset.record] || [];
  if (!open.length) return;
  note.append("A correction is being discussed: ");
  open.forEach((item, i) => {
    const link = Object.assign(document.createElement("a"), { href: item.url, rel: "noopener", textContent: `no. ${item.number}` });
    note.append(i ? ", " : "", link);
  });
  note.hidden = false;
}

if (note) show().catch(() => {});
