"""Owns the reading of datapackage.json and the Table Schemas: tables, columns, keys, and what a cell may be."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import frictionless

TERMS = "terms/"
LIST_SEPARATOR = ";"


@dataclass(frozen=True)
class Column:
    """One column of a table, as its Table Schema describes it."""

    descriptor: dict[str, Any]

    @property
    def name(self) -> str:
        return self.descriptor["name"]

    @property
    def type(self) -> str:
        return self.descriptor["type"]

    @property
    def constraints(self) -> dict[str, Any]:
        return self.descriptor.get("constraints", {})

    @property
    def list_of(self) -> str:
        """The vocabulary of a column that holds a `;` list, or ""."""
        return self.descriptor.get("listOf", "")

    @cached_property
    def frictionless(self) -> frictionless.Field:
        """Frictionless' own field, the authority on types and constraints."""
        known = {k: v for k, v in self.descriptor.items() if k not in ("unit", "listOf")}
        return _field(json.dumps(known, sort_keys=True))


@lru_cache(maxsize=1024)
def _field(descriptor: str) -> frictionless.Field:
    """Frictionless' field of a descriptor, made once: it validates each descriptor at length."""
    return frictionless.Field.from_descriptor(json.loads(descriptor))


@dataclass(frozen=True)
class ForeignKey:
    """Columns here that name a row of another table."""

    columns: tuple[str, ...]
    table: str
    target: tuple[str, ...]


@dataclass(frozen=True)
class TableSchema:
    """One table: its file, columns in order, keys. `name` is the resource name (`incidents`, `existence`)."""

    name: str
    path: str
    descriptor: dict[str, Any] = field(repr=False)

    @property
    def title(self) -> str:
        return self.descriptor["title"]

    @property
    def description(self) -> str:
        return self.descriptor["description"]

    @property
    def is_terms(self) -> bool:
        """Whether it is a controlled vocabulary."""
        return TERMS in self.path

    @property
    def keeps_order(self) -> bool:
        """Whether rows stand in their authors' order (a scale of terms) and are not sorted."""
        return self.descriptor.get("rowOrder") == "authored"

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        return tuple(Column(f) for f in self.descriptor["fields"])

    @cached_property
    def names(self) -> list[str]:
        """Column names in schema order."""
        return [c.name for c in self.columns]

    @cached_property
    def primary_key(self) -> list[str]:
        return list(self.descriptor["primaryKey"])

    @cached_property
    def foreign_keys(self) -> tuple[ForeignKey, ...]:
        """The keys to other tables, those of two columns whose second may be empty among them.

        Table Schema has no word for the latter (frictionless calls an empty part a fault), so they stand apart.
        """
        return tuple(
            ForeignKey(tuple(k["fields"]), k["reference"]["resource"] or self.name, tuple(k["reference"]["fields"]))
            for k in [*self.descriptor.get("foreignKeys", []), *self.descriptor.get("partialForeignKeys", [])]
        )

    def terms_of(self, column: str) -> str:
        """The table that a column's values are looked up in, or ""."""
        return next((k.table for k in self.foreign_keys if k.columns == (column,)), "")


class SchemaError(Exception):
    """datapackage.json or a Table Schema cannot be read; the message says which and why."""


def read_json(path: Path) -> Any:
    """The content of a JSON file; raises SchemaError with the place of the fault."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SchemaError(f"{path.name}: cannot be read: {error.__class__.__name__}") from error
    except json.JSONDecodeError as error:
        raise SchemaError(f"{path.name}:{error.lineno}:{error.colno}: not JSON: {error.msg}") from error
    except (ValueError, RecursionError) as error:
        raise SchemaError(f"{path.name}: a number too long or brackets too deep") from error


def read_schemas(root: Path) -> dict[str, TableSchema]:
    """Every table that datapackage.json lists, by resource name, in its order; raises SchemaError."""
    package = read_json(root / "datapackage.json")
    try:
        return {r["name"]: _table(root, r["name"], inside(r["path"]), inside(r["schema"])) for r in package["resources"]}
    except (KeyError, TypeError, AttributeError) as error:
        raise SchemaError(f"datapackage.json: every resource needs a name, a path and the path of its schema ({error!r})") from error


def inside(path: str) -> str:
    """The path, if it stays inside the repository; raises SchemaError."""
    parts = path.split("/")
    if path.startswith("/") or ".." in parts or "\\" in path or "\0" in path:
        raise SchemaError(f"datapackage.json: {path!r} leads out of the repository")
    return path


def _table(root: Path, name: str, path: str, schema: str) -> TableSchema:
    table = TableSchema(name, path, read_json(root / schema))
    try:
        # Asked for here, so that a broken schema is told by its name and not by the first rule that trips over it.
        if not (table.names and table.title and set(table.primary_key) <= set(table.names) and table.foreign_keys is not None):
            raise KeyError("primaryKey")
        for column in table.columns:
            column.type, column.frictionless  # noqa: B018
    except (KeyError, TypeError, AttributeError, frictionless.FrictionlessException) as error:
        raise SchemaError(f"{schema}: not a Table Schema that AIR can use ({error.__class__.__name__}: {str(error)[:200]})") from error
    return table
