"""Owns the record-made parts of hand-written pages, by the name that a page gives in its front matter (`body`)."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from ... import examples, rules
from ...record import Record
from ...schema import TableSchema
from ..context import Context
from . import charts, coverage, data_pages, lists, maps, overview
from .render import Body, render


class UnknownBody(Exception):
    """A page names a body that does not exist; the message lists those that do."""


def body(env: Any, context: Context, name: str, url: str, text: str) -> Body:
    """The whole content of the page at `url`: its own HTML and the part called `name`."""
    if name not in BODIES:
        raise UnknownBody(f"{url}: no body called {name!r}; there are {', '.join(sorted(BODIES))}")
    return BODIES[name](env, context, _base(url), Markup(text))


def outline(env: Any, context: Context, name: str, url: str, text: str) -> Body | None:
    """A page's body without what is made last of all, if it has such a part: headings and all, to be made again by `body`."""
    return data_pages.data_outline(env, context, _base(url), Markup(text)) if name == "data" else None


def _base(url: str) -> str:
    return "../" * url.strip("/").count("/") + ("../" if url.strip("/") else "")


def _home(env: Any, context: Context, base: str, text: Markup) -> Body:
    records = context.collection.records
    counted = [r for r in records if r.counted]
    shown, beside = overview.marks(context.collection, counted, overview.OVERVIEW)
    index = {f"{s}": [r for r in lists.index_rows(context, s) if r[2].records] for s in ("countries", "categories", "years")}
    return render(
        env,
        "home.html",
        "",
        "",
        base=base,
        figures=lists.figures(records),
        records_total=len(records),
        latest=records[:10],
        frame=overview.OVERVIEW,
        lands=maps.lands(overview.OVERVIEW),
        dots=overview.dots(shown),
        halos=overview.halos(shown),
        beside=beside,
        twin=_by_country(context, counted, {r.id for r in counted} - {r.id for r in beside}),
        chart=charts.monthly(context.collection, counted, lists.last_month(context), size=charts.WIDE),
        corrections=corrections(context)[:CORRECTIONS],
        context=context,
        **index,
    )


CORRECTIONS, NEWEST = 6, 50


def _by_country(context: Context, counted: list[Record], on_map: set[str]) -> list[tuple[str, str, int, int]]:
    """The overview map as a table: (code, country, records with a dot, records without), most first."""
    found: dict[str, list[int]] = {}
    for record in counted:
        found.setdefault(record.country, [0, 0])[record.id not in on_map] += 1
    rows = [(code, context.collection.label("countries", code), *n) for code, n in found.items()]
    return sorted(rows, key=lambda r: (-r[2] - r[3], r[1]))


def corrections(context: Context) -> list[tuple[str, Record, int]]:
    """Records that a later version changed, newest first, each once: (day, record, cells changed)."""
    found: dict[str, tuple[str, Record, int]] = {}
    for version in reversed(context.history.versions):
        for key, cells in version.difference.modified.items():
            if key in context.collection.by_id:
                found.setdefault(key, (version.day, context.collection.by_id[key], len(cells)))
    return list(found.values())


def _incidents(env: Any, context: Context, base: str, text: Markup) -> Body:
    records = context.collection.records
    return render(
        env,
        "incidents.html",
        "",
        "",
        text=text,
        base=base,
        figures=lists.figures(records),
        newest=lists.by_year(records[:NEWEST]),
        years=lists.by_year(records),
        shown=NEWEST,
        context=context,
    )


def _debunked(env: Any, context: Context, base: str, text: Markup) -> Body:
    records = [r for r in context.collection.records if r.row["existence"] == "refuted" or r.row["explained_as"]]
    return render(env, "debunked.html", "", "", text=text, base=base, records=records, context=context)


def _index(section: str):
    def make(env: Any, context: Context, base: str, text: Markup) -> Body:
        return render(
            env,
            "index.html",
            section.capitalize(),
            "",
            text=text,
            base=base,
            section=section,
            index=lists.index_rows(context, section),
            context=context,
        )

    return make


def _codebook(env: Any, context: Context, base: str, text: Markup) -> Body:
    schemas = context.collection.dataset.schemas
    tables = [s for s in schemas.values() if not s.is_terms]
    vocabularies: list[tuple[TableSchema, list]] = [
        (s, list(context.collection.terms[n].values())) for n, s in schemas.items() if s.is_terms
    ]
    return render(env, "codebook.html", "", "", text=text, base=base, tables=tables, vocabularies=vocabularies)


def _rules(env: Any, context: Context, base: str, text: Markup) -> Body:
    return render(env, "rules.html", "", "", text=text, base=base, rules=rules.all_rules(), examples=examples.examples())


def _explore(env: Any, context: Context, base: str, text: Markup) -> Body:
    return render(env, "explore.html", "", "", base=base, context=context)


def _search(env: Any, context: Context, base: str, text: Markup) -> Body:
    return render(env, "search.html", "", "", base=base)


BODIES = {
    "home": _home,
    "explore": _explore,
    "search": _search,
    "incidents": _incidents,
    "debunked": _debunked,
    "codebook": _codebook,
    "rules": _rules,
    "coverage": coverage.page,
    "cite": data_pages.cite,
    "data": data_pages.data,
    "changes": data_pages.changes,
    **{f"index-{s}": _index(s) for s in ("countries", "categories", "operators", "years")},
}
