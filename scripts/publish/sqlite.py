"""Owns the SQLite form: typed tables with keys and indexes, a full-text table, and views that answer common questions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, fields
from operator import itemgetter

from ..dataset import Row, Value, typed_column
from ..derive import Collection
from ..schema import LIST_SEPARATOR, Column, TableSchema
from . import flat
from .codebook import Codebook, Entry

_TYPES = {"integer": "INTEGER", "number": "REAL", "boolean": "INTEGER"}

# "AIRI": lets `file` and others tell the database apart from any other SQLite file.
_APPLICATION_ID = 0x41495249

VIEWS = {
    "headline_incidents": (
        "Incidents that headline figures count; count distinct object_group to count an object once.",
        "SELECT * FROM incidents_flat WHERE counted = 1",
    ),
    "incidents_by_country_and_year": (
        "How many incidents each country has a year, all and counted.",
        "SELECT country, country_name, year, count(*) AS incidents, count(DISTINCT CASE WHEN counted THEN object_group END) AS counted FROM incidents_flat GROUP BY country, country_name, year",
    ),
    "airport_closures": (
        "Every closure of an airport, with its stated length in minutes.",
        'SELECT i.id, i.title, i.country, r.place AS airport, r.extent, r."start", r."end", r.minutes_min, r.minutes_max, r.status FROM responses r JOIN incidents i ON i.id = r.incident_id WHERE r.kind = \'airport_closed\'',
    ),
    "evidence": (
        "Every citation, with its page and on whose word it is.",
        "SELECT c.incident_id, c.supports, c.origin, o.label AS origin_label, o.party, s.publisher, s.kind, s.published, s.language, s.url FROM citations c JOIN sources s ON s.id = c.source_id LEFT JOIN origins o ON o.id = c.origin",
    ),
    "denials": (
        "Statements that deny or doubt, with the statement that they answer.",
        "SELECT d.incident_id, d.date, d.speaker, d.affiliation, d.stance, d.topic, d.says, a.speaker AS answers_speaker, a.says AS answers_says "
        "FROM statements d LEFT JOIN statements a ON a.incident_id = d.incident_id AND a.statement = d.about WHERE d.stance IN ('denies', 'doubts', 'retracts')",
    ),
}


def sqlite(collection: Collection, rows: list[Row], book: Codebook) -> bytes:
    """The database file, with the flat `rows` as `incidents_flat` and the codebook as `codebook`.

    Days are ISO text, booleans 0 and 1, lists text parted by `;`, as SQLite has no types of its own for them.
    """
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("PRAGMA page_size = 4096")
        # Nothing is ever rolled back.
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        _tables(connection, collection, rows)
        _codebook(connection, book)
        _full_text(connection, collection)
        for name, (about, query) in VIEWS.items():
            connection.execute(f"CREATE VIEW {name} AS\n-- {about}\n{query}")
        connection.commit()
        return _settled(connection.serialize())
    finally:
        connection.close()


def _settled(data: bytes) -> bytes:
    """The file without the version of the library that wrote it (bytes 96 to 99), so that machines agree."""
    return data[:96] + (3_040_000).to_bytes(4, "big") + data[100:]


def _tables(connection: sqlite3.Connection, collection: Collection, rows: list[Row]) -> None:
    for table in collection.dataset.tables.values():
        columns = [_column(c, table.rows[c.name].tolist()) for c in table.schema.columns]
        key = itemgetter(*(table.schema.names.index(c) for c in table.schema.primary_key))
        # In the order of its key (by text, not natural) a table is filled from end to end, which is quick and compact.
        _table(connection, table.schema, sorted(zip(*columns, strict=True), key=key))
    _table(connection, flat.schema(collection.dataset.schemas["incidents"]), _cells(rows))


def _column(column: Column, texts: list[str]) -> list[Value]:
    """A column's cells from their text, which is what a list is kept as."""
    return typed_column(column, texts) if column.type in _TYPES else [v or None for v in texts]


def _cells(rows: Iterable[Row]) -> Iterator[list[Value]]:
    for row in rows:
        yield [LIST_SEPARATOR.join(v) if isinstance(v, list) else v for v in row.values()]


def _table(connection: sqlite3.Connection, schema: TableSchema, cells: Iterable[Sequence[Value]]) -> None:
    lines = [f'"{c.name}" {_TYPES.get(c.type, "TEXT")}{" NOT NULL" if c.constraints.get("required") else ""}' for c in schema.columns]
    lines.append(f"PRIMARY KEY ({_names(schema.primary_key)})")
    for key in schema.foreign_keys:
        lines.append(f'FOREIGN KEY ({_names(key.columns)}) REFERENCES "{key.table}" ({_names(key.target)})')
    body = ",\n  ".join(lines)
    # Without a row id the primary key is the table itself, which saves an index.
    connection.execute(f'CREATE TABLE "{schema.name}" (\n  {body}\n) WITHOUT ROWID')
    connection.executemany(f'INSERT INTO "{schema.name}" VALUES ({", ".join("?" * len(schema.columns))})', cells)
    for key in schema.foreign_keys:
        # A key that begins like the primary key, or leads to a short list of terms, gains nothing from an index.
        if list(key.columns) != schema.primary_key[: len(key.columns)] and key.table in ("incidents", "sources", "countries"):
            connection.execute(f'CREATE INDEX "{schema.name}_{"_".join(key.columns)}" ON "{schema.name}" ({_names(key.columns)})')


def _names(columns: Iterable[str]) -> str:
    return ", ".join(f'"{c}"' for c in columns)


def _codebook(connection: sqlite3.Connection, book: Codebook) -> None:
    # `table` and `column` are words of SQL, and are quoted.
    names = [f.name for f in fields(Entry)]
    connection.execute(f'CREATE TABLE codebook ({_names(names)}, PRIMARY KEY ("table", "column")) WITHOUT ROWID')
    connection.executemany(f"INSERT INTO codebook VALUES ({', '.join('?' * len(names))})", [astuple(e) for e in book.entries])


def _full_text(connection: sqlite3.Connection, collection: Collection) -> None:
    connection.execute(
        "CREATE VIRTUAL TABLE incident_text USING fts5(id UNINDEXED, title, summary, places, statements, tokenize = 'unicode61 remove_diacritics 2')"
    )
    found = (
        (
            r.id,
            r.row["title"],
            r.row["summary"],
            "; ".join(str(p["place"]) for p in r.locations),
            " ".join(str(s["says"]) for s in r.statements),
        )
        for r in sorted(collection.records, key=lambda r: r.id)
    )
    connection.executemany("INSERT INTO incident_text VALUES (?, ?, ?, ?, ?)", found)
    connection.execute("INSERT INTO incident_text (incident_text) VALUES ('optimize')")
