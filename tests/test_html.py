"""The HTML of every kind of page is valid: html-validate finds no error beyond the listed habits of the theme."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from .browsing import kinds
from .conftest import REPOSITORY

CONFIG = REPOSITORY / ".htmlvalidate.json"


def validate(*pages: Path) -> list[str]:
    """The faults of some files, a line each."""
    # The environment's own Node first: the system's may be too old.
    own = REPOSITORY / ".venv" / "bin" / "node"
    command = [str(own) if own.exists() else "node", str(REPOSITORY / "tests" / "html_validate.mjs"), *map(str, pages)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    return done.stdout.splitlines()


def test_every_kind_of_page_is_valid(site: Path, root: Path):
    """No error on any of them."""
    files = [site / path if path.endswith(".html") else site / path / "index.html" for path in kinds(root).values()]
    assert all(f.is_file() for f in files)
    assert validate(*files) == []


def test_a_fault_is_found(tmp_path: Path):
    """The test above can fail: an unclosed element, a doubled id and an inline style are all told."""
    page = tmp_path / "bad.html"
    page.write_text(
        "<!doctype html><html lang='en'><head><title>t</title></head><body><p id='a' style='color:red'>x</p><p id='a'>y</p><div></body></html>",
        encoding="utf-8",
    )
    told = " ".join(validate(page))
    for rule in ("no-dup-id", "no-inline-style", "close-order"):
        assert rule in told


def test_every_rule_that_is_off_has_its_reason():
    """A rule is not switched off in silence, and no reason outlives its rule."""
    config = json.loads(CONFIG.read_text(encoding="utf-8"))
    assert set(config["rules"]) == set(config["$reasons"])


def test_no_page_has_an_inline_style_or_handler(site: Path, root: Path):
    """What a strict Content-Security-Policy would block is not there: style attributes, on-handlers, scripts of ours in the page."""
    from html.parser import HTMLParser

    found: list[str] = []

    class Inline(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.extend(f"{tag} {k}" for k, _ in attrs if k == "style" or k.startswith("on"))

    for path in kinds(root).values():
        Inline().feed((site / path if path.endswith(".html") else site / path / "index.html").read_text(encoding="utf-8"))
    assert found == []
