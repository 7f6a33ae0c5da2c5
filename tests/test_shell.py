"""Pouring a record into the theme's shell gives the same bytes as MkDocs does for a real page."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config

from scripts.publish.pages.shell import Shell, ShellError, squeeze

from .conftest import REPOSITORY, copy_sample


@pytest.fixture(scope="module")
def both_ways(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> tuple[dict[str, str], Path]:
    """The sample built once: pages as the theme renders them, and the folder with poured ones."""
    with pytest.MonkeyPatch.context() as patch:
        base = tmp_path_factory.mktemp("both")
        patch.setenv("AIR_ROOT", str(copy_sample(base / "root")))
        patch.setenv("SITE_URL", "https://air.example.org/")
        patch.setenv("SOURCE_DATE_EPOCH", "1790000000")
        config = load_config(
            str(REPOSITORY / "mkdocs.yml"), site_dir=str(base / "site"), hooks=["scripts/hook.py", "tests/real_pages_hook.py"]
        )
        config.plugins.on_startup(command="build", dirty=False)
        build(config)
        # MkDocs loads a hook as a module named by its path.
        return dict(sys.modules["tests/real_pages_hook.py"].CAPTURED), base / "site"


def test_every_kind_of_page_is_the_same_both_ways(both_ways: tuple[dict[str, str], Path]):
    """Records, tombstones and listings: a theme upgrade that breaks the method fails here."""
    captured, site = both_ways
    assert {name.split("/")[0] for name in captured} == {"incidents", "countries", "categories", "operators", "years"}
    for name, real in captured.items():
        poured = (site / name.removesuffix(".md") / "index.html").read_text(encoding="utf-8")
        # What the theme writes is squeezed once, in the shell; a record's own lines stand as its template wrote them.
        assert squeeze(poured) == real, name


def test_squeezing_a_page_leaves_what_is_shown_as_it_stands():
    """Blank lines and indentation go; code, scripts and a second squeeze change nothing."""
    page = "<div>\n\n   <p>a\n    b</p>\n  <pre>\n  x\n\n  y</pre>\n\n<script>\n\n  a()\n</script>\n</div>\n"
    squeezed = squeeze(page)
    assert squeezed == "<div>\n<p>a\nb</p>\n<pre>\n  x\n\n  y</pre>\n<script>\n\n  a()\n</script>\n</div>\n"
    assert squeeze(squeezed) == squeezed


def test_no_token_and_no_shell_is_left(both_ways: tuple[dict[str, str], Path]):
    """Readers never see the scaffolding, not even in the sitemap."""
    _, site = both_ways
    for path in site.rglob("*"):
        if path.is_file() and path.suffix in (".html", ".xml", ".json", ".txt"):
            assert "airshell" not in path.read_text(encoding="utf-8", errors="replace").lower(), path
    assert not list(site.rglob("airshell*"))


def test_a_theme_without_the_tokens_is_refused():
    """A page that lost its contents list is an error, not a page without one."""
    with pytest.raises(ShellError):
        Shell.cut("<html><title>AirShellTitle</title><p>AirShellContent</p></html>")
