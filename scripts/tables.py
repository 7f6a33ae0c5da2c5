"""Owns the CSV form of a table: strict reading with line numbers, and the one canonical way of writing."""

from __future__ import annotations

import csv
import io
import os
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import pandas as pd

from .problem import Problem
from .schema import TableSchema

CELL_LIMIT = 10_000
LINE_LIMIT = CELL_LIMIT * 4
BATCH = 2000
"""Rows that are read at a time."""

FORM = "form"
_NUMBERS = re.compile(r"(\d+)")


@dataclass
class Table:
    """A table as text: `rows` has one str column per schema column and the file's line number as index.

    `differs` is the first line that the canonical form would write in another way, with its text; never so where a table was read
    from git's history, whose form nobody mends any more.
    """

    schema: TableSchema
    rows: pd.DataFrame
    problems: list[Problem] = field(default_factory=list)
    differs: tuple[int, str] | None = None

    def key_of(self, line: int) -> str:
        """The row at a line, named as exceptions name it: `locations/AIR-2026-0008/2`."""
        row = self.rows.loc[line]
        return "/".join([self.schema.name, *(row[c] for c in self.schema.primary_key)])


# Ids stand in many rows of many tables, one after another.
@lru_cache(maxsize=1 << 15)
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
    say = _Reporter(schema.path)
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
    return parse(schema, data, known)


def parse(schema: TableSchema, data: bytes, known: dict[str, str] | None = None) -> Table:
    """Read one table from the bytes of its file; a table of git's history is read so too.

    Equal cells become one object, also those of other tables that are read with the same `known`.
    """
    say = _Reporter(schema.path)
    text = _decode(data, say)
    if text is None:
        return Table(schema, empty(schema), say.problems)
    lines, columns, differs = _split(text, schema, say, {} if known is None else known)
    frame = pd.DataFrame(dict(zip(schema.names, columns, strict=True)), index=pd.Index(lines, dtype=int), dtype=object)
    return Table(schema, frame, say.problems, differs)


class _Reporter:
    """Collects the form problems of one file."""

    def __init__(self, path: str) -> None:
        self.path, self.problems = path, []

    def __call__(self, line: int, column: str, value: str, expected: str, remedy: str) -> None:
        self.problems.append(Problem(self.path, line, column, FORM, value, expected, remedy))


def _decode(data: bytes, say: _Reporter) -> str | None:
    if data.startswith(b"\xef\xbb\xbf"):
        say(1, "", "byte order mark", "UTF-8 without a byte order mark", "Run `make fix`, or save the file as UTF-8 without BOM.")
        data = data[3:]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        say(
            line,
            "",
            f"byte 0x{data[error.start]:02x}",
            "UTF-8 text",
            "Save the file as UTF-8; a spreadsheet may have written another encoding.",
        )
        return None
    if "\r" in text:
        line = text.count("\n", 0, text.index("\r")) + 1
        say(line, "", "carriage return", "lines that end in LF alone", "Run `make fix`, or set the editor to LF line ends.")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text and not text.endswith("\n"):
        say(text.count("\n") + 1, "", "no newline at the end", "a final newline", "Run `make fix`.")
    return text


def _split(
    text: str, schema: TableSchema, say: _Reporter, known: dict[str, str]
) -> tuple[list[int], list[list[str]], tuple[int, str] | None]:
    """The line numbers of the rows, the cells of each column, and the first line that is not canonical."""
    raw = text.split("\n")
    lines: list[int] = []
    columns: list[list[str]] = [[] for _ in schema.names]
    if raw and raw[-1] == "":
        raw.pop()
    if not raw:
        say(1, "", "", "a header line", "Add the header: " + ",".join(schema.names))
        return lines, columns, None
    header = _cells(raw[0], 1, say)
    order = _order(header, schema, say) if header is not None else None
    if header is None or order is None:
        return lines, columns, None
    differs = _not_canonical([(1, raw[0], header)])
    # Some rows at a time, and no list a row is kept: the columns are all that stays in memory.
    for start in range(1, len(raw), BATCH):
        some, rows = raw[start : start + BATCH], []
        for number, cells in enumerate(_together(some) or (_cells(x, n, say) for n, x in enumerate(some, start + 1)), start + 1):
            if cells is None:
                continue
            if len(cells) != len(header):
                expected = f"{len(header)} cells, as the header has"
                say(number, "", f"{len(cells)} cells", expected, "Count the commas; a text with a comma stands in double quotes.")
                continue
            lines.append(number)
            rows.append(cells)
        differs = differs or _not_canonical([(n, raw[n - 1], c) for n, c in zip(lines[-len(rows) :], rows, strict=False) if rows])
        transposed = list(zip(*rows, strict=True))
        for column, at in zip(columns, order if rows else (), strict=False):
            # Equal cells are one object: ids and terms stand in many rows.
            column.extend(map(known.setdefault, transposed[at], transposed[at]))
    return lines, columns, differs


def _not_canonical(rows: list[tuple[int, str, list[str]]]) -> tuple[int, str] | None:
    """The first of some rows (line number, line, cells) that would be written in another way than its line stands.

    A line without a quote is its cells with commas between, which is how it would be written.
    """
    quoted = [(number, line, cells) for number, line, cells in rows if '"' in line or not line]
    written = _written(cells for _, _, cells in quoted).split("\n")
    return next(((number, line) for (number, line, _), now in zip(quoted, written, strict=False) if now != line), None)


def _together(lines: list[str]) -> list[list[str]] | None:
    """The cells of many lines, read at once; None where any line needs a look of its own."""
    if max(map(len, lines)) > LINE_LIMIT:
        return None
    try:
        rows = list(csv.reader(lines, strict=True))
    except csv.Error:
        return None
    # A row over two lines leaves fewer rows than lines, and an empty line has no cell.
    return rows if len(rows) == len(lines) and all(rows) else None


def _order(header: list[str], schema: TableSchema, say: _Reporter) -> list[int] | None:
    if header == schema.names:
        return list(range(len(header)))
    missing = [n for n in schema.names if n not in header]
    extra = [n for n in header if n not in schema.names]
    if missing or extra or len(set(header)) != len(header):
        what = f"missing {', '.join(missing) or 'none'}; unknown {', '.join(extra[:20]) or 'none'}"
        say(1, "", what, f"the columns {','.join(schema.names)}", "Restore the header line; columns are added or renamed in schema/ first.")
        return None
    say(1, "", ",".join(header), f"columns in the order {','.join(schema.names)}", "Run `make fix`.")
    return [header.index(n) for n in schema.names]


def _cells(line: str, number: int, say: _Reporter) -> list[str] | None:
    if len(line) > LINE_LIMIT:
        say(number, "", line, f"a line of at most {LINE_LIMIT} characters", "Shorten the text; one row is one line.")
        return None
    if '"' not in line:
        return line.split(",")
    try:
        return next(csv.reader([line], strict=True))
    except (csv.Error, StopIteration):
        say(
            number,
            "",
            line,
            "balanced double quotes on one line",
            'Close the quote; a quote inside a text is doubled (""), and no cell holds a line break.',
        )
        return None


def canonical(schema: TableSchema, rows: Iterable[Iterable[str]]) -> str:
    """The text of a table in canonical form: header, minimal quoting, LF, a final newline."""
    return _written([schema.names]) + _written(rows)


def _written(rows: Iterable[Iterable[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_MINIMAL).writerows(rows)
    return out.getvalue()


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
