"""Owns the CSV form of a table: strict reading with line numbers, and the one canonical way of writing."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import pandas as pd

from . import lines
from .problem import Problem
from .schema import TableSchema

_NUMBERS = re.compile(r"(\d+)")


@dataclass
class Table:
    """A table as text: `rows` has one str column per schema column and the file's line number as index.

    `differs` is the first line that the canonical form would write in another way, with its text; never so where a table was read
    from git's history, whose form nobody mends any more. `digest` is that of the file's bytes.
    """

    schema: TableSchema
    rows: pd.DataFrame
    problems: list[Problem] = field(default_factory=list)
    differs: tuple[int, str] | None = None
    digest: bytes = b""

    def key_of(self, line: int) -> str:
        """The row at a line, named as exceptions name it: `locations/AIR-2026-0008/2`."""
        row = self.rows.loc[line]
        return "/".join([self.schema.name, *(row[c] for c in self.schema.primary_key)])


# An id stands in some rows one after another.
@lru_cache(maxsize=1 << 8)
def natural(value: str) -> tuple:
    """A sort key under which AIR-2026-9999 comes before AIR-2026-10000."""
    parts = _NUMBERS.split(value)
    # Digits of other scripts match \d but are compared as text unless int() takes them.
    return tuple([(1, int(p), p) if p.isdecimal() and len(p) < 4000 else (0, 0, p) for p in parts if p])


def empty(schema: TableSchema) -> pd.DataFrame:
    """No rows, with the columns of the schema."""
    return pd.DataFrame({n: pd.Series(dtype=object) for n in schema.names}, index=pd.Index([], dtype=int))


def read(root: Path, schema: TableSchema, known: dict[str, str] | None = None) -> Table:
    """Read one table (`known` as in `parse`); every departure from the form becomes a problem, and rows that can be read are kept."""
    path = root / schema.path
    say = lines.Reporter(schema.path)
    try:
        if path.is_symlink():
            raise OSError("a symbolic link")
        # A pipe or a device would be waited for without end.
        if path.exists() and not path.is_file():
            raise OSError("no regular file")
        data = path.read_bytes()
    except OSError as error:
        say(
            0,
            "",
            getattr(error, "strerror", None) or str(error),
            "a readable file",
            "Restore the file; a table without rows still has its header line.",
        )
        return Table(schema, empty(schema), say.problems)
    table = parse(schema, data, known)
    table.digest = digest(data)
    return table


def digest(data: bytes) -> bytes:
    """A digest of a file's bytes, to see whether it still is what was read."""
    return hashlib.sha256(data).digest()


def parse(schema: TableSchema, data: bytes, known: dict[str, str] | None = None) -> Table:
    """Read one table from the bytes of its file; a table of git's history is read so too.

    Equal cells become one object, also those of other tables that are read with the same `known`.
    """
    say = lines.Reporter(schema.path)
    text = lines.decode(data, say)
    if text is None:
        return Table(schema, empty(schema), say.problems)
    numbers, columns, differs = lines.split(text, schema, say, {} if known is None else known)
    frame = pd.DataFrame(dict(zip(schema.names, columns, strict=True)), index=pd.Index(numbers, dtype=int), dtype=object)
    return Table(schema, frame, say.problems, differs)


def canonical(schema: TableSchema, rows: Iterable[Iterable[str]]) -> str:
    """The text of a table in canonical form: header, minimal quoting, LF, a final newline."""
    return lines.written([schema.names]) + lines.written(rows)


def sort_key(schema: TableSchema):
    """The key that puts rows in natural order of the primary key (scales of terms apart: `keeps_order`)."""
    positions = [schema.names.index(c) for c in schema.primary_key]
    return lambda row: tuple(natural(row[i]) for i in positions)


def first_out_of_order(table: Table) -> int | None:
    """The position of the first row whose key comes before that of the row above it in natural order, or None."""
    rows = zip(*(table.rows[c].tolist() for c in table.schema.primary_key), strict=True)
    for i, (above, row) in enumerate(pairwise(rows), 1):
        for a, b in zip(above, row, strict=True):
            if a != b and (x := natural(a)) != (y := natural(b)):
                if y < x:
                    return i
                break
    return None


def write_atomically(path: Path, data: bytes) -> None:
    """Replace a file by new bytes so that a reader, or a power cut, sees the old or the new file, never a part."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, path.stat().st_mode & 0o777 if path.exists() else 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
