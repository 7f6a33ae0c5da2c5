"""Rules that the Table Schemas state; frictionless is asked once per distinct value of a column."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Iterable, Iterator

from ..dataset import Dataset
from ..schema import LIST_SEPARATOR, Column
from .rule import Finding, rule

HINTS = 20
"""Strangers of one column that get a hint at near terms."""


SUCH_AS = (
    "trtworld-2026-03-09-a",
    "2026-03-09",
    "20:15",
    "en",
    "AIR-2026-0012",
    "https://news.example.org/page",
    "date;place/1;object",
    "locations/AIR-2026-0008/2",
)
"""What a cell with a pattern may look like, in the order in which they are tried."""


def did_you_mean(value: str, known: Iterable[str]) -> str:
    """A hint at the nearest known values, or an empty text."""
    folded = {k.casefold(): k for k in known}
    near = difflib.get_close_matches(value[:80].casefold(), folded, n=3, cutoff=0.6)
    return f"Did you mean {' or '.join(folded[n] for n in near)}? " if near else ""


def faults_of(column: Column, text: str) -> str:
    """What frictionless says is wrong with one cell's text, or an empty text."""
    # Numbers that a JSON or Parquet reader cannot hold are refused before they are converted.
    if column.type in ("integer", "number") and text and not _plain_number(text, column.type):
        return f"a plain {column.type}, such as {'12' if column.type == 'integer' else '12.5'}"
    _, notes = column.frictionless.read_cell(text)
    if not notes:
        return ""
    constraints = column.constraints
    said = []
    for key, note in notes.items():
        if key == "type":
            form = {"date": "a day as YYYY-MM-DD", "boolean": "true or false"}.get(column.type, f"a value of type {column.type}")
            said.append("an http or https address" if column.descriptor.get("format") == "uri" else form)
        elif key == "required":
            said.append("a value: the cell must not be empty")
        elif key == "pattern":
            said.append(_form(constraints[key]))
        else:
            said.append(f"{key} {constraints.get(key, note)}")
    return " and ".join(said)


def _form(pattern: str) -> str:
    """A pattern by an example that fits it, which people read more easily; the pattern itself where none does."""
    example = next((e for e in SUCH_AS if re.fullmatch(pattern, e)), "")
    return f"a form such as {example}" if example else f"pattern {pattern}"


def _plain_number(text: str, kind: str) -> bool:
    body = text[1:] if text.startswith("-") else text
    whole, point, part = body.partition(".")
    if not (whole.isascii() and whole.isdigit() and len(whole) <= 9) or (len(whole) > 1 and whole[0] == "0"):
        return False
    return not point if kind == "integer" or not point else part.isascii() and part.isdigit() and len(part) <= 6


@rule(
    "schema",
    "Every cell has the type, form and bounds that the table's schema gives its column.",
    "Typed columns are what lets a reader's tool take the data without guessing.",
)
def schema(dataset: Dataset) -> Iterator[Finding]:
    columns = [(name, column) for name, table in dataset.tables.items() for column in table.schema.columns]
    # What is asked depends on the column's form, not on its name or table: ids stand in many tables.
    asked: dict[str, tuple[Column, dict[str, None]]] = {}
    for name, column in columns:
        cells = asked.setdefault(_form_of(column), (column, {}))[1]
        cells.update(dict.fromkeys(map(_alike(column), dataset.distinct[name][column.name])))
    faults = {form: {c: f for c in cells if (f := faults_of(column, c))} for form, (column, cells) in asked.items()}
    for name, column in columns:
        known = faults[_form_of(column)]
        if not known:
            continue
        of = _alike(column)
        bad = {cell: known[of(cell)] for cell in dataset.distinct[name][column.name] if of(cell) in known}
        for line, value in dataset.lines_of(name, column.name, bad):
            remedy = f"{column.descriptor['title']}: {column.descriptor['description']}"
            yield name, line, column.name, value, f"expected {bad[value]}", remedy


def _form_of(column: Column) -> str:
    """All that decides whether a cell fits a column."""
    return json.dumps([column.type, column.descriptor.get("format"), column.list_of, column.constraints], sort_keys=True)


def _alike(column: Column) -> Callable[[str], str]:
    """A function from a cell to the cell that is asked about for it.

    A text without a pattern is judged by its length alone; in the path of an address one unreserved character is as good as
    another (RFC 3986, section 2.3). tests/test_rules.py holds both against frictionless itself.
    """
    form, constraints = column.descriptor.get("format", "default"), set(column.constraints)
    if column.type == "string" and form == "default" and constraints <= {"required", "minLength", "maxLength", "unique"}:
        return lambda cell: "x" * len(cell)
    if (
        column.type == "string"
        and form == "uri"
        and constraints <= {"required", "unique", "pattern"}
        and column.constraints.get("pattern", ANY) == ANY
    ):
        return _address_like
    return lambda cell: cell


ANY = r"^https?://[^\s<>\"]+$"
"""A pattern to which unreserved characters are alike; under another every address is asked about."""

_ADDRESS = re.compile(r"(https?://[^/?#%]+)(/[^%]*)")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]+")


def _address_like(address: str) -> str:
    """An address with the same host and the same reserved characters; itself where it has escapes, or is none."""
    parts = _ADDRESS.fullmatch(address)
    return parts[1] + _UNRESERVED.sub("a", parts[2]) if parts else address


@rule(
    "terms",
    "Every coded cell holds a term of its vocabulary, an id of its table, or a list of them.",
    "Codes that are spelt in two ways are counted as two things.",
)
def terms(dataset: Dataset) -> Iterator[Finding]:
    for name, table in dataset.tables.items():
        for key in table.schema.foreign_keys:
            if len(key.columns) == 1 and key.target == ("id",):
                yield from _unknown(dataset, name, key.columns[0], key.table, False)
        for column in table.schema.columns:
            if column.list_of in dataset.ids:
                yield from _unknown(dataset, name, column.name, column.list_of, True)


def _unknown(dataset: Dataset, name: str, column: str, target: str, is_list: bool) -> Iterator[Finding]:
    known = dataset.ids[target]

    def strangers(value: str) -> list[str]:
        parts = value.split(LIST_SEPARATOR) if is_list else [value]
        return [p for p in parts if p not in known] if value else []

    bad = {v: s for v in dataset.distinct[name][column] if (s := strangers(v))}
    if not bad:
        return
    where = dataset.tables[target].schema.path
    few = f"one of {', '.join(sorted(known))}" if len(known) <= 20 else f"an id that stands in {where}"
    # Likeness is slow to find: the first strangers of a column get a hint, a column that is all wrong needs another remedy.
    hints = {s[0]: did_you_mean(s[0], known) for s in list(bad.values())[:HINTS]}
    for line, value in dataset.lines_of(name, column, bad):
        stranger = bad[value][0]
        yield name, line, column, stranger, f"expected {few}", f"{hints.get(stranger, '')}See {where}."
