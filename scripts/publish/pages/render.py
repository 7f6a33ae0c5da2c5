"""Owns the template environment: escaping by default, the words and labels that templates may use."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jinja2
from markupsafe import Markup

from ...derive import Collection
from . import words

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates"


@dataclass(frozen=True)
class Body:
    """What a page holds: its content as HTML, and its headings for the table of contents (id, text)."""

    title: str
    description: str
    html: str
    toc: tuple[tuple[str, str], ...]
    head: str = ""


def environment(collection: Collection) -> jinja2.Environment:
    """A Jinja2 environment that escapes everything, with this collection's labels."""
    env = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined)
    env.filters.update(day=words.day, when=words.when, number=words.number, web=web_address, host=host)
    env.globals.update(label=collection.label, terms=collection.terms, span=words.span, clock=words.clock, counted=words.counted, definition=lambda v, t: str(collection.terms[v].get(str(t), {}).get("definition", "")))
    return env


def web_address(url: object) -> str:
    """A link target: the address if it is http or https, or "#" (check refuses others; this is the second lock)."""
    text = str(url or "")
    try:
        return text if urlsplit(text).scheme in ("http", "https") else "#"
    except ValueError:
        return "#"


def host(url: object) -> str:
    """The host name of an address, without www."""
    try:
        return (urlsplit(str(url)).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


class Headings:
    """Collects a page's headings while its template is rendered, so that body and contents cannot differ."""

    def __init__(self) -> None:
        self.toc: list[tuple[str, str]] = []

    def __call__(self, anchor: str, text: str) -> Markup:
        """A level-two heading with its own link."""
        self.toc.append((anchor, text))
        return Markup('<h2 id="{0}">{1}<a class="headerlink" href="#{0}" title="Link to this part">¶</a></h2>').format(anchor, text)


def render(env: jinja2.Environment, template: str, title: str, description: str, **values: Any) -> Body:
    """Render a template into a Body; `values` are what it needs besides `heading`."""
    heading = Headings()
    html = env.get_template(template).render(heading=heading, title=title, **values)
    return Body(title, description, html, tuple(heading.toc))
