"""Accessibility: axe-core finds nothing on any kind of page, in both colour schemes, narrow and wide."""

from __future__ import annotations

from pathlib import Path

import pytest

from .browsing import NARROW, WIDE, Visit, chromium, kinds, served
from .conftest import REPOSITORY

AXE = REPOSITORY / "node_modules" / "axe-core" / "axe.min.js"
RUN = "options => axe.run(document, { ...options, resultTypes: ['violations'] }).then(r => r.violations.flatMap(v => v.nodes.map(n => `${v.id}: ${n.target.join(' ')}: ${n.failureSummary}`)))"
# Only the contrast rules depend on colours.
RUNS = (("light", WIDE, {}), ("light", NARROW, {}), ("dark", NARROW, {"runOnly": ["color-contrast", "link-in-text-block"]}), ("dark", WIDE, {"runOnly": ["color-contrast", "link-in-text-block"]}))
SCHEME = {"light": "default", "dark": "slate"}


def test_axe_finds_nothing_on_any_kind_of_page(site: Path, root: Path):
    """WCAG 2.2 AA and axe's own good practice, in light and dark, at 360 and 1280 px."""
    found = []
    with served(site) as address, chromium() as browser:
        visit = Visit.of(browser, address)
        for name, path in kinds(root).items():
            page = visit.open(path)
            page.evaluate(AXE.read_text(encoding="utf-8"))
            for scheme, size, options in RUNS:
                page.emulate_media(color_scheme=scheme)
                page.set_viewport_size(size)
                assert page.evaluate("document.body.dataset.mdColorScheme") == SCHEME[scheme]
                found += [f"{name}, {scheme}, {size['width']} px: {x}" for x in page.evaluate(RUN, options)]
    assert found == []


@pytest.mark.parametrize(("html", "rule"), [("<img src='data:,'>", "image-alt"), ("<p style='color:#bbb;background:#fff'>pale</p>", "color-contrast")])
def test_axe_would_find_a_fault(html: str, rule: str):
    """The test above can fail: a spoiled page is found out."""
    with chromium() as browser:
        page = browser.new_page()
        page.set_content(f"<html lang='en'><title>t</title><main><h1>t</h1>{html}</main></html>")
        page.evaluate(AXE.read_text(encoding="utf-8"))
        assert any(x.startswith(rule) for x in page.evaluate(RUN, {}))
