"""Owns the whole of the tables in memory: loading, typed values, look-ups, rows grouped by incident."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from . import tables
from .problem import Problem
from .schema import LIST_SEPARATOR, Column, TableSchema, read_schemas
from .tables import Table

ROOT = Path(__file__).resolve().parent.parent

Value = str | int | float | bool | list[str] | None
Row = dict[str, Value]

SHARED = 30
"""Keys from which on Python shares none."""


@dataclass
class Dataset:
    """Every table of the record, as text with line numbers, and what is looked up in them."""

    root: Path
    tables: dict[str, Table]

    @classmethod
    def load(cls, root: Path = ROOT) -> Dataset:
        """Read every table that `root/datapackage.json` lists; raises SchemaError where a schema is broken."""
        known: dict[str, str] = {}
        return cls(root, {name: tables.read(root, s, known) for name, s in read_schemas(root).items()})

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.tables[name].rows

    @property
    def schemas(self) -> dict[str, TableSchema]:
        """The Table Schemas by table name."""
        return {name: t.schema for name, t in self.tables.items()}

    @property
    def form_problems(self) -> list[Problem]:
        """What was wrong with the form of the files."""
        return [p for t in self.tables.values() for p in t.problems]

    @cached_property
    def ids(self) -> dict[str, set[str]]:
        """The ids of every table that has an `id` column."""
        return {n: set(t.rows["id"]) for n, t in self.tables.items() if "id" in t.schema.names}

    @cached_property
    def distinct(self) -> dict[str, dict[str, list[str]]]:
        """The distinct cells of every column, in the order of the file: table -> column -> cells.

        Rules ask about a cell's text once for each of them; asking about every row would be many times slower.
        """
        return {n: {c: list(dict.fromkeys(t.rows[c].tolist())) for c in t.schema.names} for n, t in self.tables.items()}

    def lines_of(self, name: str, column: str, cells: Collection[str]) -> Iterator[tuple[int, str]]:
        """The lines of a table whose cell in a column is one of `cells`, with the cell."""
        if cells:
            values = self.tables[name].rows[column]
            yield from values[values.isin(list(cells))].items()

    @cached_property
    def terms(self) -> dict[str, dict[str, Row]]:
        """Every vocabulary: list name -> term id -> its typed row, in the order of the file."""
        return {n: {str(r["id"]): r for r in self.typed(n)} for n, t in self.tables.items() if t.schema.is_terms}

    def typed(self, name: str) -> list[Row]:
        """The rows of a table with typed values: numbers, booleans, lists; None where a cell is empty.

        Dates stay ISO text, since many are partial. A cell that does not fit its type stays text (check reports it).
        """
        table = self.tables[name]
        columns = [typed_column(c, table.rows[c.name].tolist()) for c in table.schema.columns]
        return shared_rows(table.schema.names, zip(*columns, strict=True))

    def by_incident(self, name: str) -> dict[str, list[Row]]:
        """Typed rows of a table grouped by `incident_id`, in file order."""
        groups: dict[str, list[Row]] = defaultdict(list)
        for row in self.typed(name):
            groups[str(row["incident_id"])].append(row)
        return groups


def shared_rows(names: list[str], cells: Iterable[tuple[Value, ...]]) -> list[Row]:
    """Rows as dictionaries that share their keys (PEP 412), as the attributes of one class's objects do: half the memory or less."""
    shape = type("Shape", (), {})

    def row() -> Row:
        return vars(shape()) if len(names) < SHARED else {}

    made = []
    for some in cells:
        made.append(row())
        made[-1].update(zip(names, some, strict=True))
    return made


def typed_column(column: Column, texts: list[str]) -> list[Value]:
    """The cells of a column as Python values; equal cells are one object, since most columns hold few different ones."""
    known: dict[str, Value] = {v: typed(column, v) for v in set(texts)}
    if column.list_of:
        # Lists may be changed by whoever is given them, their terms may not.
        return [list(made) if isinstance(made := known[v], list) else made for v in texts]
    return [known[v] for v in texts]


def typed(column: Column, text: str) -> Value:
    """One cell as a Python value; None for an empty cell."""
    if text == "":
        return None
    try:
        if column.type == "integer":
            return int(text)
        if column.type == "number":
            number = float(text)
            return int(number) if number.is_integer() else number
    except (ValueError, OverflowError):
        return text
    if column.type == "boolean":
        return text == "true"
    return text.split(LIST_SEPARATOR) if column.list_of else text
