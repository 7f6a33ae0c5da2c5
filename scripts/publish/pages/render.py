"""Owns the template environment: escaping by default, the words and labels that templates may use."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jinja2
from markupsafe import Markup

from ...cache import cache_folder
from ...derive import Collection
from . import compiled, words

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates"


@dataclass(frozen=True)
class Body:
    """What a page holds: its content as HTML, and its headings for the table of contents (id, text)."""

    title: str
    description: str
    html: str
    toc: tuple[tuple[str, str], ...]


class _Environment(jinja2.Environment):
    """Compiles templates to plainer code than Jinja2 does by itself."""

    code_generator_class = compiled.PlainCode


def environment(collection: Collection) -> jinja2.Environment:
    """A Jinja2 environment that escapes everything, with this collection's labels."""
    env = _Environment(
        bytecode_cache=_compiled(),
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        # An environment serves one build; whether a template changed meanwhile is not asked for every page.
        auto_reload=False,
    )
    env.filters.update(day=words.day, when=words.when, number=words.number, web=web_address, host=host)
    env.globals.update(
        label=collection.label,
        family_of=collection.family,
        terms=collection.terms,
        span=words.span,
        clock=words.clock,
        counted=words.counted,
        definition=lambda v, t: str(collection.terms[v].get(str(t), {}).get("definition", "")),
    )
    env.globals |= _macros(env)
    return env


def _macros(env: jinja2.Environment) -> dict[str, Callable[..., Markup]]:
    """The macros that every page may use; told here, since a template that imports one looks all of them up for every record."""
    kept = {name: _kept(env, f"{name}_of") for name in ("row", "refs", "chip", "head", "icon")}
    plain = {name: _macro(env, "macros.html", name) for name in ("rows", "source_line", "told")}
    return {**kept, **plain, "locator_map": _macro(env, "maps.html", "locator_map")}


def _compiled() -> jinja2.FileSystemBytecodeCache | None:
    """Where compiled templates are kept between builds: half the time of a build with one change went into compiling them."""
    # Jinja2 names what it keeps by the template alone; what compiles it is in the folder's name.
    by = hashlib.blake2b(Path(compiled.__file__).read_bytes(), digest_size=8).hexdigest()
    folder = cache_folder(f"templates-{by}")
    return jinja2.FileSystemBytecodeCache(str(folder)) if folder else None


def _macro(env: jinja2.Environment, template: str, name: str) -> Callable[..., Markup]:
    """A macro of a template, looked up when it is first called."""
    found = cache(lambda: getattr(env.get_template(template).module, name))
    return lambda *arguments: found()(*arguments)


def _kept(env: jinja2.Environment, macro: str) -> Callable[..., Markup]:
    """A macro that is rendered once for the same arguments: pages call these with few different ones, many times each."""
    return cache(_macro(env, "macros.html", macro))


_PLAIN = re.compile(r"https?://([a-z0-9.-]+)(?=[/?#]|$)")
"""The beginning of an address that is read at a glance; others are taken apart."""


def web_address(url: object) -> str:
    """A link target: the address if it is http or https, or "#" (check refuses others; this is the second lock)."""
    text = str(url or "")
    if _PLAIN.match(text):
        return text
    try:
        return text if urlsplit(text).scheme in ("http", "https") else "#"
    except ValueError:
        return "#"


def host(url: object) -> str:
    """The host name of an address, without www."""
    text = str(url)
    if plain := _PLAIN.match(text):
        return plain[1].removeprefix("www.")
    try:
        return (urlsplit(text).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


class Headings:
    """Collects a page's headings while its template is rendered, so that body and contents cannot differ."""

    def __init__(self, env: jinja2.Environment) -> None:
        self.head = env.globals["head"]
        self.toc: list[tuple[str, str]] = []

    def __call__(self, anchor: str, text: str) -> Markup:
        """A level-two heading with its own link."""
        self.toc.append((anchor, text))
        return self.head(anchor, text)


def render(env: jinja2.Environment, template: str, title: str, description: str, **values: Any) -> Body:
    """Render a template into a Body; `values` are what it needs besides `heading`."""
    heading = Headings(env)
    html = env.get_template(template).render(heading=heading, title=title, **values)
    return Body(title, description, html, tuple(heading.toc))
