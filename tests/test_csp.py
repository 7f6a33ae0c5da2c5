"""The strict Content-Security-Policy that a build writes: every page works under it, and nothing else may run."""

from __future__ import annotations

import functools
import http.server
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from scripts.publish import headers
from scripts.serve import _Handler

WATCH = "window.broken = []; document.addEventListener('securitypolicyviolation', e => window.broken.push(e.violatedDirective + ' ' + e.blockedURI + ' ' + e.sourceFile + ':' + e.lineNumber));"


def sent(site: Path) -> list[tuple[str, str]]:
    """The headers for every path, read from the `_headers` file as a host reads it."""
    block = (site / headers.PATH).read_text(encoding="utf-8").split("/*\n", 1)[1]
    lines = re.match(r"(?:  .+\n)+", block)[0].strip().split("\n")
    return [tuple(line.strip().split(": ", 1)) for line in lines]


class Strict(_Handler):
    """The project's own server, with the policy's headers on every answer."""

    def end_headers(self) -> None:
        """Add what a host would add."""
        for name, value in sent(Path(self.directory)):
            self.send_header(name, value)
        super().end_headers()


@pytest.fixture(scope="module")
def strict(site: Path) -> Iterator[str]:
    """The address of the site, served under its policy."""
    web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Strict, directory=str(site)))
    threading.Thread(target=web.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{web.server_address[1]}/"
    web.shutdown()
    web.server_close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of its own that notes every violation."""
    context = browser.new_context()
    context.add_init_script(WATCH)
    yield context.new_page()
    context.close()


def kinds(site: Path) -> list[str]:
    """One page of every kind."""
    first = {
        s: next(p.name for p in sorted((site / s).iterdir()) if p.is_dir())
        for s in ("incidents", "countries", "categories", "operators", "years")
    }
    return [
        "",
        "explore/",
        "404.html",
        "data/",
        "codebook/",
        "methodology/",
        "search/?q=drone",
        "incidents/",
        *(f"{s}/{name}/" for s, name in first.items()),
    ]


def test_no_page_of_any_kind_breaks_the_policy(page: Page, strict: str, site: Path):
    """Home, incident, explorer, search and all others load, run and draw without one violation or error."""
    for path in kinds(site):
        errors: list[str] = []
        page.on("pageerror", lambda e, found=errors: found.append(str(e)))
        page.goto(strict + path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("window.broken") == [], path
        assert errors == [], path


def test_the_theme_and_the_explorer_work_under_the_policy(page: Page, strict: str):
    """The palette switches, and the explorer shows its rows and filters them: scripts did run."""
    page.goto(strict)
    before = page.evaluate("document.body.getAttribute('data-md-color-scheme')")
    page.locator("form[data-md-component=palette] label:visible").click()
    page.wait_for_function("before => document.body.getAttribute('data-md-color-scheme') !== before", arg=before)
    page.goto(strict + "explore/")
    page.wait_for_function("document.querySelectorAll('main a[href*=\"incidents/AIR-\"]').length > 0")
    page.locator("#filters input[type=checkbox]").first.evaluate("box => box.click()")
    page.wait_for_function("location.search.length > 1 || location.hash.length > 1")
    assert page.evaluate("window.broken") == []


@pytest.mark.parametrize(
    "name,attack",
    {
        "an inline script": "const s = document.createElement('script'); s.textContent = 'window.ran = 1'; document.body.append(s)",
        "a handler": "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.ran = 1\">')",
        "a script of another host": "const s = document.createElement('script'); s.src = 'http://localhost:1/x.js'; document.body.append(s)",
        "a javascript: link": "const a = document.createElement('a'); a.href = 'javascript:window.ran=1'; document.body.append(a); a.click()",
        "eval": "const s = document.createElement('script'); s.src = location.origin + '/data/SHA256SUMS'; document.body.append(s); setTimeout('window.ran = 1')",
        "a style attribute": "document.body.insertAdjacentHTML('beforeend', '<p style=\"position:fixed\">x</p>')",
        "a frame": "const f = document.createElement('iframe'); f.src = 'http://localhost:1/'; document.body.append(f)",
        "a request to another host": "fetch('http://localhost:1/').catch(() => 0)",
        "a base address": "document.head.insertAdjacentHTML('afterbegin', '<base href=\"http://localhost:1/\">')",
    }.items(),
)
def test_what_an_attacker_would_add_is_blocked(name: str, attack: str, page: Page, strict: str):
    """The policy has teeth: each attack is a violation, and nothing of it runs."""
    page.goto(strict + "about/")
    page.evaluate(f"() => {{ {attack} }}")
    page.wait_for_function("window.broken.length > 0", timeout=5000)
    assert page.evaluate("window.ran") is None, name


def test_every_inline_script_of_the_site_is_named_and_none_besides(site: Path):
    """The hashes are those of this very build: none is missing on any page, none is left from a theme of yesterday."""
    policy = dict(sent(site))["Content-Security-Policy"]
    named = set(re.findall(r"'sha256-[^']+'", policy))
    used = set().union(*(headers.hashes(p.read_text(encoding="utf-8")) for p in site.rglob("*.html")))
    assert used == named and used
    assert "unsafe" not in policy and "http" not in policy and "*" not in policy


def test_a_hash_is_that_of_the_script_and_data_has_none():
    """As the browser counts it: the text between the tags, byte by byte; JSON is no script."""
    assert headers.hashes("<script>alert('Hello, world.');</script>") == {"'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"}
    assert headers.hashes('<script type="application/json">{}</script><script src="a.js"></script>') == set()
