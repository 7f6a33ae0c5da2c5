"""Owns the MkDocs hook: plain `mkdocs build` checks the data, pours every record and writes every package."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from mkdocs.config.defaults import MkDocsConfig  # noqa: E402
from mkdocs.exceptions import PluginError  # noqa: E402
from mkdocs.structure.files import File, Files, InclusionLevel  # noqa: E402
from mkdocs.structure.pages import Page  # noqa: E402
from mkdocs.structure.toc import AnchorLink, TableOfContents  # noqa: E402

from scripts.publish import headers, stylesheet  # noqa: E402
from scripts.publish.pages import shell  # noqa: E402
from scripts.publish.site import Site  # noqa: E402

_state: dict[str, Site] = {}


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Load and check the tables; a fault stops the build before anything is written."""
    root = Path(os.environ.get("AIR_ROOT", ROOT))
    try:
        site = _state["site"] = Site.open(root, Path(config.site_dir), Path(config.config_file_path).parent)
    except Exception as error:
        raise PluginError(str(error)) from error
    config.site_dir = str(site.target)
    config.site_url = site.context.site_url or None
    config.extra["repo_url"] = site.context.repo_url
    config.extra["air"] = {"version": site.context.version, "built": site.context.day}
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add one hidden shell page for each section of records."""
    for section in _state["site"].sections:
        # Older MkDocs' own files of that name would be replaced silently; the slug is nobody's.
        files.append(
            File.generated(config, f"{section}/{shell.SLUG}.md", content=shell.SHELL_MARKDOWN, inclusion=InclusionLevel.NOT_IN_NAV)
        )
    _join_stylesheets(files, config)
    return files


def _join_stylesheets(files: Files, config: MkDocsConfig) -> None:
    """Put one stylesheet in the place of the theme's and our own."""
    sheets = [f for f in files if re.fullmatch(r"assets/(stylesheets/(main|palette)\.\w+\.min|air)\.css", f.src_uri)]
    by_name = {f.src_uri.split("/")[-1].split(".")[0]: f for f in sheets}
    files.append(
        File.generated(
            config,
            stylesheet.PATH,
            content=stylesheet.joined([by_name[n].content_string for n in ("main", "palette")], by_name["air"].content_string),
        )
    )
    for file in sheets:
        files.remove(file)


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Give a page that names a `body` in its front matter the part that is made of records."""
    name = page.meta.get("body")
    if not name:
        return html
    body = _state["site"].body_of(str(name), page.url, html)
    links = [AnchorLink(text, anchor, 2) for anchor, text in body.toc]
    page.toc = TableOfContents([*page.toc, *links])
    return body.html


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Keep a shell's output for pouring; MkDocs writes nothing for an empty page."""
    _state["site"].inline |= headers.hashes(output)
    if page.file.inclusion is not InclusionLevel.NOT_IN_NAV:
        _state["site"].written.append(page.url)
    output = shell.squeeze(output)
    section, _, slug = page.file.src_uri.rpartition("/")
    if slug == f"{shell.SLUG}.md":
        _state["site"].shells[section] = shell.Shell.cut(output)
        return ""
    return "" if _state["site"].hold(page.url, output) else output


def on_post_template(output: str, template_name: str, config: MkDocsConfig) -> str:
    """Leave MkDocs' sitemap out: it knows the shells and not the records."""
    _state["site"].inline |= headers.hashes(output)
    return "" if template_name == "sitemap.xml" else shell.squeeze(output)


def on_post_build(config: MkDocsConfig) -> None:
    """Write records, packages, API and feeds, and put the finished site in the place of the last one."""
    _state["site"].finish()
