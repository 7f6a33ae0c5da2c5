"""Owns the strict reading of a CSV file's bytes into columns, every departure from the form told by its line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from .problem import Problem
from .schema import TableSchema

CELL_LIMIT = 10_000
LINE_LIMIT = CELL_LIMIT * 4
BATCH = 2000
"""Rows that are read at a time."""

FORM = "form"


class Reporter:
    """Collects the form problems of one file."""

    def __init__(self, path: str) -> None:
        self.path, self.problems = path, []

    def __call__(self, line: int, column: str, value: str, expected: str, remedy: str) -> None:
        self.problems.append(Problem(self.path, line, column, FORM, value, expected, remedy))


def decode(data: bytes, say: Reporter) -> str | None:
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


def split(
    text: str, schema: TableSchema, say: Reporter, known: dict[str, str]
) -> tuple[list[int], list[list[str]], tuple[int, str] | None]:
    """The line numbers of the rows, the cells of each column, and the first line that is not canonical."""
    raw = text.split("\n")
    numbers: list[int] = []
    columns: list[list[str]] = [[] for _ in schema.names]
    if raw and raw[-1] == "":
        raw.pop()
    if not raw:
        say(1, "", "", "a header line", "Add the header: " + ",".join(schema.names))
        return numbers, columns, None
    header = _cells(raw[0], 1, say)
    order = _order(header, schema, say) if header is not None else None
    if header is None or order is None:
        return numbers, columns, None
    differs = _not_canonical([(1, raw[0], header)])
    # Some rows at a time, and no list a row is kept: the columns are all that stays in memory.
    for start in range(1, len(raw), BATCH):
        rows = list(_rows(raw[start : start + BATCH], start + 1, len(header), say))
        differs = differs or _not_canonical(rows)
        numbers += [number for number, _, _ in rows]
        for column, at in zip(columns, order, strict=True):
            cells = [row[at] for _, _, row in rows]
            # Equal cells are one object: ids and terms stand in many rows.
            column.extend(map(known.setdefault, cells, cells))
    return numbers, columns, differs


def _rows(lines: list[str], first: int, width: int, say: Reporter) -> Iterator[tuple[int, str, list[str]]]:
    """Those of some lines that can be read: line number, line, cells; `first` is the number of the first line."""
    together = _together(lines)
    for i, line in enumerate(lines):
        cells = together[i] if together else _cells(line, first + i, say)
        if cells is None:
            continue
        if len(cells) == width:
            yield first + i, line, cells
        else:
            expected = f"{width} cells, as the header has"
            say(first + i, "", f"{len(cells)} cells", expected, "Count the commas; a text with a comma stands in double quotes.")


def _not_canonical(rows: list[tuple[int, str, list[str]]]) -> tuple[int, str] | None:
    """The first of some rows (line number, line, cells) that would be written in another way than its line stands.

    A line without a quote is its cells with commas between, which is how it would be written.
    """
    quoted = [(number, line, cells) for number, line, cells in rows if '"' in line or not line]
    now = written(cells for _, _, cells in quoted).split("\n")
    return next(((number, line) for (number, line, _), new in zip(quoted, now, strict=False) if new != line), None)


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


def _order(header: list[str], schema: TableSchema, say: Reporter) -> list[int] | None:
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


def _cells(line: str, number: int, say: Reporter) -> list[str] | None:
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


def written(rows: Iterable[Iterable[str]]) -> str:
    """Rows as CSV with minimal quoting and LF."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_MINIMAL).writerows(rows)
    return out.getvalue()
