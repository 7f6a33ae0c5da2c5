"""Owns the pages about the data as a whole: downloads with sums and snippets, changes, and how to cite."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from .. import catalogue, citation, packages, snippets
from ..context import Context
from ..download import Download
from . import telling
from .render import Body, render

NEWEST_VERSIONS = 30
LINES_SHOWN = 8


def data(env: Any, context: Context, base: str, text: Markup) -> Body:
    """The downloads page: every file with its size, rows and sum, snippets, and the data set's JSON-LD."""
    return _data(env, context, base, text, packages.downloads(context))


def data_outline(env: Any, context: Context, base: str, text: Markup) -> Body:
    """The downloads page before its files are made: its headings are right, its tables are empty."""
    deltas = (Download("data/deltas/", b"", "", "", ""),) if len(context.history.releases) > 1 else ()
    return _data(env, context, base, text, deltas)


def _data(env: Any, context: Context, base: str, text: Markup, files: tuple[Download, ...]) -> Body:
    whole = [d for d in files if d.schema is None or d.name == "incidents-flat.csv"]
    tables = [d for d in files if d not in whole and not d.name.startswith(("terms/", "deltas/"))]
    terms = [d for d in files if d.name.startswith("terms/")]
    deltas = [d for d in files if d.name.startswith("deltas/")]
    return render(
        env,
        "data.html",
        "",
        "",
        text=text,
        base=base,
        whole=whole,
        tables=tables,
        terms=terms,
        deltas=deltas,
        snippets=snippets.snippets(context),
        size=size,
        jsonld=catalogue.dataset_jsonld(context, files),
    )


def size(number: int) -> str:
    """Bytes in words."""
    return f"{number} B" if number < 1000 else f"{number / 1000:.0f} kB" if number < 1_000_000 else f"{number / 1_000_000:.1f} MB"


def changes(env: Any, context: Context, base: str, text: Markup) -> Body:
    """What each version of the data changed, newest first, as git's history tells it."""
    versions = list(reversed(context.history.versions))[:NEWEST_VERSIONS]
    titles = {r.id: str(r.row["title"]) for r in context.collection.records}
    return render(
        env,
        "changes.html",
        "",
        "",
        text=text,
        base=base,
        versions=versions,
        titles=titles,
        complete=context.history.complete,
        lines_of=lambda cells: telling.lines((c.row, c.field, c.old, c.new) for c in cells),
        shown=LINES_SHOWN,
        repo=context.repo_url,
    )


def cite(env: Any, context: Context, base: str, text: Markup) -> Body:
    """How to cite the whole record, in the forms that reference managers read."""
    return render(
        env,
        "cite.html",
        "",
        "",
        text=text,
        base=base,
        line=citation.text(context.package),
        bibtex=citation.bibtex(context.package),
        site=context.site_url,
    )
