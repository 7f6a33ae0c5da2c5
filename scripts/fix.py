"""Owns `fix`: what a machine can mend in the tables without changing a fact: form, order, trimming, new ids."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path

from . import tables
from .dataset import Dataset
from .rules.ids import PLACEHOLDER
from .schema import TableSchema, read_schemas
from .versions import at, fork

_BLANKS = re.compile(r"[\u0020\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_INCIDENT_COLUMNS = ("incident_id", "related_id", "replaced_by")


def mend_cell(text: str) -> str:
    """A cell trimmed, in NFC, with ordinary single blanks; invisible marks at the ends and BOMs dropped."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", text)).replace("\ufeff", "").strip()


@dataclass(frozen=True)
class Base:
    """The ids of the branch that a proposal is for: those it has given, and those that the proposal has given to other records."""

    taken: Set[str] = frozenset()
    clashes: Set[str] = frozenset()

    @classmethod
    def of(cls, root: Path, branch: str) -> Base:
        """Compare the tables under `root` with a branch, and with the commit at which the two parted; raises NoHistory."""
        theirs, before = at(root, branch)[2], at(root, fork(root, branch))[2]
        own, other, old = (
            dict(zip(d["incidents"]["id"], d["incidents"].values.tolist(), strict=True)) for d in (Dataset.load(root), theirs, before)
        )
        taken = {*other, *theirs["retired"]["id"]}
        # A record that both have alike was brought over, not minted twice.
        return cls(taken, {i for i in own.keys() & taken - old.keys() if own[i] != other.get(i)})


def fix(root: Path, mint: bool = True, base: Base | None = None) -> list[str]:
    """Put every table into canonical form, minting ids unless told not to; say what was changed, a line each.

    With a `base`, numbers begin after its own, and a number that it has given to another record meanwhile is minted anew.

    A table that cannot be read without guessing (encoding, width, quotes) is left as it is; `check` says why.
    """
    said: list[str] = []
    schemas = read_schemas(root)
    rows = {name: _readable_rows(root, s) for name, s in schemas.items()}
    minted = _mint(rows, schemas, base or Base()) if mint else {}
    said += [f"{old} is now {new}" for old, new in minted.items()]
    for name, schema in schemas.items():
        if rows[name] is None:
            said.append(f"{schema.path}: left as it is; `check` says what must be mended by hand")
            continue
        renamed = [_renamed(schema, r, minted) for r in rows[name]]
        ordered = renamed if schema.keeps_order else sorted(renamed, key=tables.sort_key(schema))
        text = tables.canonical(schema, ordered).encode()
        path = root / schema.path
        if text != path.read_bytes():
            tables.write_atomically(path, text)
            said.append(f"{schema.path}: written in canonical form")
    return said


def _readable_rows(root: Path, schema: TableSchema) -> list[list[str]] | None:
    table = tables.read(root, schema)
    # Only faults that the reader has already undone (BOM, CRLF, final newline, column order) may be written back.
    undone = ("byte order mark", "carriage return", "no newline at the end")
    hard = [p for p in table.problems if p.value not in undone and not p.expected.startswith("columns in the order")]
    if hard:
        return None
    return [[mend_cell(c) for c in r] for r in table.rows.values.tolist()]


def _mint(rows: dict[str, list[list[str]] | None], schemas: dict[str, TableSchema], base: Base) -> dict[str, str]:
    incidents, retired = rows["incidents"], rows["retired"]
    if incidents is None or retired is None:
        return {}
    names = schemas["incidents"].names
    key, start, end = names.index("id"), names.index("date_start"), names.index("date_end")
    highest: dict[str, int] = {}
    for taken in [*(r[key] for r in incidents), *(r[0] for r in retired), *base.taken]:
        match = re.fullmatch(r"AIR-(\d{4})-(\d{4,9})", taken, re.ASCII)
        if match:
            highest[match[1]] = max(highest.get(match[1], 0), int(match[2]))
    minted: dict[str, str] = {}
    new = [r for r in incidents if r[key].startswith(PLACEHOLDER) or r[key] in base.clashes]
    for row in sorted(new, key=lambda r: (r[end] if not r[start] else r[start], r[end], r[key])):
        year = (row[start] or row[end])[:4]
        if re.fullmatch(r"20\d\d", year, re.ASCII) and row[key] not in minted:
            highest[year] = highest.get(year, 0) + 1
            minted[row[key]] = f"AIR-{year}-{highest[year]:04d}"
    return minted


def _renamed(schema: TableSchema, row: list[str], minted: dict[str, str]) -> list[str]:
    if not minted:
        return row
    columns = {"id"} if schema.name == "incidents" else set(_INCIDENT_COLUMNS)
    cells = [minted.get(v, v) if n in columns else v for n, v in zip(schema.names, row, strict=True)]
    if schema.name == "exceptions":
        at = schema.names.index("row")
        cells[at] = "/".join(minted.get(p, p) for p in cells[at].split("/"))
    return cells


def read_loose(path: Path) -> list[dict[str, str]]:
    """The rows of a draft table as dicts by header; an absent file is no rows."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
