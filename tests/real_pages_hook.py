"""A second MkDocs hook for tests: makes real pages of some records, and keeps what the theme makes of them."""

from __future__ import annotations

import html
import json
import sys

from mkdocs.structure.files import File, InclusionLevel
from mkdocs.structure.toc import AnchorLink, TableOfContents

from scripts.publish.pages import lists
from scripts.publish.site import place

CAPTURED: dict[str, str] = {}
BODIES: dict[str, object] = {}


def on_files(files, config):
    """Add a real page a record, with the record's title and description in its front matter."""
    site = hook_state()
    collection = site.context.collection
    for item in (*collection.records, *collection.retired, *lists.listings(collection)):
        section, slug, body = *place(item), site.body(item)
        name = f"{section}/{slug}.md"
        BODIES[name] = body
        head = f"---\ntitle: {json.dumps(html.escape(body.title))}\ndescription: {json.dumps(html.escape(body.description))}\nhide: [navigation]\nshell: true\n---\n# x {{ #title }}\n"
        files.append(File.generated(config, name, content=head, inclusion=InclusionLevel.NOT_IN_NAV))
    return files


def on_page_content(content, page, config, files):
    """Give a real page the ready HTML of its record, and the record's contents list."""
    body = BODIES.get(page.file.src_uri)
    if body is None:
        return content
    top = AnchorLink("x", "title", 1)
    top.children = [AnchorLink(html.escape(text, quote=False), anchor, 2) for anchor, text in body.toc]
    page.toc = TableOfContents([top])
    return body.html


def on_post_page(output, page, config):
    """Keep the theme's output instead of writing it."""
    if page.file.src_uri in BODIES:
        CAPTURED[page.file.src_uri] = output
        return ""
    return output


def hook_state():
    """The site that our own hook is building (MkDocs loads hooks as modules of their own name)."""
    return sys.modules["scripts/hook.py"]._state["site"]
