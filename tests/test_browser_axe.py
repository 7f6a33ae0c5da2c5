"""Accessibility: axe-core finds nothing on any kind of page, in both colour schemes, narrow and wide."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from .browsing import NARROW, WIDE, Visit, kinds, served
from .conftest import REPOSITORY

AXE = REPOSITORY / "node_modules" / "axe-core" / "axe.min.js"
# Rows far down a long list are made by the same template as those above, and would take minutes.
CONTEXT = "{ exclude: ['.air-rows > li:nth-child(n+25)', 'tbody > tr:nth-child(n+25)'] }"
RUN = f"options => axe.run({CONTEXT}, {{ ...options, resultTypes: ['violations'] }}).then(r => r.violations.flatMap(v => v.nodes.map(n => `${{v.id}}: ${{n.target.join(' ')}}: ${{n.failureSummary}}`)))"
# Only the contrast rules depend on colours.
RUNS = {"light": {}, "dark": {"runOnly": ["color-contrast", "link-in-text-block"]}}
SCHEME = {"light": "default", "dark": "slate"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_kind_of_page(browser: Browser, site: Path, root: Path, scheme: str):
    """WCAG 2.2 AA and axe's own good practice, in light and dark, at 360 and 1280 px."""
    found = []
    with served(site) as address:
        visit = Visit.of(browser, address, color_scheme=scheme)
        for name, path in kinds(root).items():
            page = visit.open(path, idle=name in ("explore", "search"))
            assert page.evaluate("document.body.dataset.mdColorScheme") == SCHEME[scheme]
            page.evaluate(AXE.read_text(encoding="utf-8"))
            for size in (WIDE, NARROW):
                page.set_viewport_size(size)
                found += [f"{name}, {scheme}, {size['width']} px: {x}" for x in page.evaluate(RUN, RUNS[scheme])]
            page.set_viewport_size(WIDE)
        visit.context.close()
    assert found == []


@pytest.mark.parametrize(
    ("html", "rule"), [("<img src='data:,'>", "image-alt"), ("<p style='color:#bbb;background:#fff'>pale</p>", "color-contrast")]
)
def test_axe_would_find_a_fault(browser: Browser, html: str, rule: str):
    """The test above can fail: a spoiled page is found out."""
    page = browser.new_page()
    page.set_content(f"<html lang='en'><title>t</title><main><h1>t</h1>{html}</main></html>")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert any(x.startswith(rule) for x in page.evaluate(RUN, {}))
    page.close()
