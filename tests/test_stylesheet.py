"""The one stylesheet: shorter than the theme's own, and no page looks different for it."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import material
import pytest
from playwright.sync_api import Browser, Route

from scripts.publish import stylesheet

from .browsing import NARROW, WIDE, Visit, kinds
from .conftest import REPOSITORY

THEME = Path(material.__file__).parent / "templates" / "assets" / "stylesheets"
WHOLE = [next(THEME.glob(f"{name}.*.min.css")).read_text(encoding="utf-8") for name in ("main", "palette")]
OWN = (REPOSITORY / "docs" / "assets" / "air.css").read_text(encoding="utf-8")
LOOK = """() => [...document.querySelectorAll('body *')].map(node => {
  const s = getComputedStyle(node), b = node.getBoundingClientRect();
  return [node.tagName, node.className.baseVal ?? node.className, b.x, b.y, b.width, b.height, s.display, s.color, s.backgroundColor, s.font, s.opacity, s.textDecoration, s.border, s.boxShadow, s.maskImage].join(' ');
})"""

# The theme's script answers a change of the window's size when it comes to it, and a shadow fades in: looked at until nothing moves.
SETTLED = f"""async () => {{
  const look = {LOOK};
  let last = [];
  for (let i = 0; i < 60; i++) {{
    const now = look();
    if (!document.getAnimations().length && JSON.stringify(now) === JSON.stringify(last)) return now;
    last = now;
    await new Promise(done => setTimeout(done, 150));
  }}
  return last;
}}"""


def test_rules_are_read_as_browsers_read_them():
    """Braces, semicolons and comment signs in quotes are text; at-rules without a block stand alone."""
    css = '@charset "UTF-8";@import "a";.a:after{content:"} /* "}@media print{.b{c:d}.md-search,.f:is(.g,.h){i:j}}'
    assert stylesheet.joined([css], "") == '@import "a";.a:after{content:"} /* "}@media print{.b{c:d}.f:is(.g,.h){i:j}}\n'
    with pytest.raises(ValueError, match="line 1"):
        stylesheet.joined([".a{b:c}.d"], "")


def test_what_no_page_uses_is_left_out_and_all_else_stays():
    """Of a rule for several things the used ones remain; a property that nothing asks for goes; ours is untouched."""
    theme = ':root{--md-a:url("x;y)z");--md-b:1px}.md-search,.md-nav{margin:var(--md-b)}[dir=rtl] .md-nav{top:0}.md-nav--primary:hover{top:1px}/* x */'
    assert (
        stylesheet.joined([theme], ".air{top:2px}")
        == ":root{--md-b:1px}.md-nav{margin:var(--md-b)}.md-nav--primary:hover{top:1px}\n.air{top:2px}"
    )


def test_the_stylesheet_is_much_smaller_than_the_themes(site: Path):
    """A phone waits for under 18 kB instead of 31, in one request."""
    built = (site / stylesheet.PATH).read_bytes()
    assert len(gzip.compress(built)) < 18_000
    assert not list(site.glob("assets/stylesheets/*.css")) and not (site / "assets" / "air.css").exists()


def test_no_class_on_any_page_is_among_those_left_out(site: Path, root: Path):
    """A feature switched on later must be taken off the list."""
    for path in kinds(root).values():
        page = (site / path if path.endswith(".html") else site / path / "index.html").read_text(encoding="utf-8")
        words = {w for found in re.findall(r'class="([^"]*)"', page) for w in found.split()}
        assert {w for w in words if stylesheet.UNUSED.match(w)} == set(), path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_element_looks_as_with_the_whole_theme(browser: Browser, address: str, root: Path, scheme: str):
    """Place, size, colours, type and borders of each element are the same as if the theme's stylesheets were loaded in full."""
    pages = kinds(root)
    looks = []
    for whole in (False, True):
        visit = Visit.of(browser, address, color_scheme=scheme, reduced_motion="reduce")
        if whole:
            visit.page.route("**/assets/site.css", lambda route: answer(route))
        for name in ("home", "incident", "country", "data", "methodology", "404"):
            page = visit.open(pages[name])
            for size in (WIDE, NARROW):
                page.set_viewport_size(size)
                looks.append((name, size["width"], page.evaluate(SETTLED)))
            page.set_viewport_size(WIDE)
        visit.context.close()
    half = len(looks) // 2
    for (name, width, slim), (_, _, whole_look) in zip(looks[:half], looks[half:], strict=True):
        assert [pair for pair in zip(slim, whole_look, strict=True) if pair[0] != pair[1]][:3] == [], (name, width)


def answer(route: Route) -> None:
    """The theme's stylesheets as they are, then ours."""
    route.fulfill(status=200, content_type="text/css", body="\n".join([*WHOLE, OWN]))
