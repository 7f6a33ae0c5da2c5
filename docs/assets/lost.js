// Owns the page for addresses that lead nowhere, where the site was built without its address and stands under a folder:
// its links begin at the host's root, since it is served at any depth. The folder is known from where this file was found.
(function () {
  const root = new URL("../", document.currentScript.src).pathname;
  if (root === "/" || document.documentElement.dataset.found) return;
  document.documentElement.dataset.found = root;
  const mend = (path) => (path.startsWith("/") && !path.startsWith("//") ? root + path.slice(1) : path);
  for (const name of ["href", "action"]) for (const node of document.querySelectorAll(`[${name}^="/"]`)) node.setAttribute(name, mend(node.getAttribute(name)));
  const settings = document.getElementById("__config");
  if (settings) settings.textContent = JSON.stringify({ ...JSON.parse(settings.textContent), base: root });
  // A script that was not found never runs again; a copy of it does.
  for (const old of document.querySelectorAll('script[src^="/"]')) {
    const script = document.createElement("script");
    if (old.type) script.type = old.type;
    script.src = mend(old.getAttribute("src"));
    old.replaceWith(script);
  }
})();
