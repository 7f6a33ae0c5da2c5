"""Owns `merge`: joining draft folders into the tables: sources deduped by address, terms united, ids minted by `fix`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from . import tables
from .fix import fix, mend_cell, read_loose
from .rules.links import same_page
from .schema import TableSchema, read_schemas

_SOURCE_COLUMNS = {"statements": "source_id", "relations": "source_id", "citations": "source_id"}


@dataclass
class Merger:
    """The tables as they grow while drafts are joined to them; rows are dicts by column."""

    root: Path
    schemas: dict[str, TableSchema]
    rows: dict[str, list[dict[str, str]]]
    said: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, root: Path) -> Merger:
        """Start from the tables under `root`."""
        schemas = read_schemas(root)
        return cls(root, schemas, {n: read_loose(root / s.path) for n, s in schemas.items()})

    def join(self, draft: Path) -> None:
        """Add one draft folder's rows."""
        own = {n: read_loose(draft / Path(s.path).relative_to("data")) for n, s in self.schemas.items()}
        self._join_terms(own)
        renamed = self._join_sources(own["sources"])
        have = {r["id"] for r in self.rows["incidents"]}
        again = {r["id"] for r in own["incidents"]} & have
        self.said += [f"{draft.name}: {i} stands already; its rows were left out" for i in sorted(again)]
        for name in ("incidents", "objects", "locations", "responses", "statements", "relations", "citations", "searches"):
            key = "id" if name == "incidents" else "incident_id"
            for row in own[name]:
                if row.get(key) in again:
                    continue
                column = _SOURCE_COLUMNS.get(name)
                if column and row[column] in renamed:
                    row[column] = renamed[row[column]]
                self.rows[name].append(row)

    def _join_terms(self, own: dict[str, list[dict[str, str]]]) -> None:
        for name, schema in self.schemas.items():
            if not schema.is_terms:
                continue
            known = {r["id"]: r for r in self.rows[name]}
            for row in own[name]:
                if row["id"] not in known:
                    known[row["id"]] = row
                    self.rows[name].append(row)
                elif known[row["id"]]["label"] != row["label"]:
                    self.said.append(
                        f"{schema.path}: {row['id']} is {known[row['id']]['label']!r} and {row['label']!r}; the first was kept"
                    )

    def _join_sources(self, own: list[dict[str, str]]) -> dict[str, str]:
        by_page = {same_page(r["url"]): r for r in self.rows["sources"]}
        taken = {r["id"] for r in self.rows["sources"]}
        renamed: dict[str, str] = {}
        for row in own:
            old, page = row["id"], same_page(row["url"])
            if page in by_page:
                for column, value in row.items():
                    by_page[page][column] = by_page[page][column] or value
                renamed[old] = by_page[page]["id"]
                continue
            row["id"] = renamed[old] = free_slug(old, taken)
            taken.add(row["id"])
            by_page[page] = row
            self.rows["sources"].append(row)
        return renamed

    def tidy(self) -> None:
        """Unite citations of one page and origin, drop ties to records that are not there, and ties written twice."""
        cited: dict[tuple[str, str, str], dict[str, str]] = {}
        for row in self.rows["citations"]:
            key = (row["incident_id"], row["source_id"], row["origin"])
            if key in cited:
                both = [*cited[key]["supports"].split(";"), *row["supports"].split(";")]
                cited[key]["supports"] = ";".join(dict.fromkeys(both))
            else:
                cited[key] = row
        self.rows["citations"] = list(cited.values())
        ids = {r["id"] for r in self.rows["incidents"]}
        kept: dict[tuple[str, str, str], dict[str, str]] = {}
        for row in self.rows["relations"]:
            a, b, kind = row["incident_id"], row["related_id"], row["kind"]
            if b not in ids or a not in ids:
                self.said.append(f"tie {a} {kind} {b}: no such record; left out")
            elif (b, a, kind) in kept or (a, b, kind) in kept:
                self.said.append(f"tie {a} {kind} {b}: stands already; left out")
            else:
                kept[(a, b, kind)] = row
        self.rows["relations"] = list(kept.values())

    def write(self, mint: bool = True) -> None:
        """Write every table, then sort with `fix`, and mint ids unless told not to."""
        for name, schema in self.schemas.items():
            cells = [[mend_cell(r.get(c) or "") for c in schema.names] for r in self.rows[name]]
            data = tables.canonical(schema, cells).encode()
            if data != (self.root / schema.path).read_bytes():
                tables.write_atomically(self.root / schema.path, data)
        self.said += fix(self.root, mint)


def free_slug(slug: str, taken: set[str]) -> str:
    """A source id of the same stem that is not taken: …-a, …-b, … -z, …-aa."""
    stem = re.sub(r"-[a-z]{1,2}$", "", slug)
    letters = "abcdefghijklmnopqrstuvwxyz"
    endings = [*letters, *(a + b for a in letters for b in letters)]
    return next(s for e in endings if (s := f"{stem}-{e}") not in taken)


def merge(root: Path, drafts: list[Path]) -> list[str]:
    """Join draft folders into the tables under `root`; say what was done, a line each."""
    merger = Merger.open(root)
    for draft in drafts:
        merger.join(draft)
    merger.tidy()
    merger.write()
    return merger.said
