"""Owns the ways in which the tests of bad input spoil a table, and the watch that they keep over `check` and `fix`."""

from __future__ import annotations

import csv
import io
import re
import signal
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts import rules
from scripts.dataset import Dataset
from scripts.fix import fix
from scripts.problem import Problem

HANG_SECONDS = 10
TABLES = (
    "incidents",
    "objects",
    "locations",
    "responses",
    "statements",
    "sources",
    "citations",
    "relations",
    "searches",
    "retired",
    "exceptions",
    "terms/category",
    "terms/countries",
)

# What a hand, a spreadsheet or an attacker may put into one cell.
VALUES = (
    "0000-00-00",
    "2025-02-30",
    "9999-12-31",
    "10000-01-01",
    "2025-W01-1",
    "20250101",
    "2025-1-1",
    "2025-01-01T25:61",
    "-1-01-01",
    "٢٠٢٥-٠١-٠١",
    "1e309",
    "-1e309",
    "NaN",
    "inf",
    "-Infinity",
    "1_000",
    "0x1F",
    "1,5",
    "٣",
    "-0",
    "+1",
    "9" * 25,
    "9" * 5000,
    "1" + "0" * 400 + ".5",
    "1/0",
    "null",
    "None",
    "TRUE",
    "#REF!",
    "nan;nan",
    ";",
    ";;a;",
    "a;a",
    "x" * 10_001,
    "  blanks  ",
    "tab\tin it",
    "nbsp\u00a0in it",
    "\u202eRTL override",
    "\u2066isolated\u2069",
    "zero\u200bwidth",
    "\ufeffmark",
    "a\u0301 not composed",
    "e" + "\u0301" * 3000,
    "\u0000",
    "\u001b[31mred",
    "\u2028line",
    "\ud7ff\ue000",
    "\U0001f680",
    "\U000e0041",
    "../../etc/passwd",
    "/etc/passwd",
    "..\\..\\x",
    "AIR-2025-0001/../x",
    "AIR-2025-99999999999999999999",
    "AIR-2025-00001",
    "air-2025-0001",
    "AIR-NEW-",
    "AIR-NEW-a/../b",
    "AIR-٢٠٢٥-٠٠٠١",
    "CON",
    ".",
    "%00",
    "=1+1",
    "@SUM(A1)",
    "-2+3",
    "<b>",
    "{{ 7*7 }}",
    "${x}",
    "http://[::1",
    "https://a:99999999/",
    "javascript:x",
    '"quoted"',
    "a,b",
    "'",
    "\\",
    "place/1;place/1",
    "place/9",
    "place/" + "9" * 4000,
)


def _swapped(data: bytes, rows: slice) -> bytes:
    lines = data.split(b"\n")
    for i in range(*rows.indices(len(lines) - 1)):
        cells = lines[i].split(b",")
        lines[i] = b",".join([*cells[1:2], *cells[:1], *cells[2:]])
    return b"\n".join(lines)


def _first_cell(data: bytes, text: bytes) -> bytes:
    """The text in the second cell of the last line, which is a row where the table has rows."""
    lines = data.rstrip(b"\n").split(b"\n")
    cells = lines[-1].split(b",")
    return b"\n".join([*lines[:-1], b",".join([cells[0], text, *cells[2:]]), b""])


SPOILERS: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda d: b"",
    "one newline": lambda d: b"\n",
    "only NULs": lambda d: b"\0" * 4096,
    "no header": lambda d: d.split(b"\n", 1)[1],
    "cut in the header": lambda d: d[:17],
    "cut in the middle": lambda d: d[: len(d) * 2 // 3],
    "cut before the last byte": lambda d: d[:-1],
    "cut inside a character": lambda d: d[:-1] + "ü".encode()[:1],
    "header twice": lambda d: d.split(b"\n")[0] + b"\n" + d,
    "columns exchanged in the header": lambda d: _swapped(d, slice(0, 1)),
    "columns exchanged in the rows": lambda d: _swapped(d, slice(1, None)),
    "columns exchanged everywhere": lambda d: _swapped(d, slice(0, None)),
    "a column too many": lambda d: d.replace(b"\n", b",\n"),
    "a column name twice": lambda d: d.replace(b",", b",id,", 1),
    "ten thousand columns": lambda d: b",".join(b"c%d" % i for i in range(10_000)) + b"\n" + b",".join([b"1"] * 10_000) + b"\n",
    "ten thousand cells in a row": lambda d: d + b"," * 9_999 + b"\n",
    "a cell of 10 MB": lambda d: _first_cell(d, b"x" * 10_000_000),
    "a quoted cell of 10 MB": lambda d: _first_cell(d, b'"' + b"x," * 5_000_000 + b'"'),
    "a cell of 30,000": lambda d: _first_cell(d, b"y" * 30_000),
    "an open quote": lambda d: _first_cell(d, b'"open'),
    "a quote in the middle": lambda d: _first_cell(d, b'mid"dle'),
    "a line break in a cell": lambda d: _first_cell(d, b'"two\nlines"'),
    "a NUL in a cell": lambda d: _first_cell(d, b"a\0b"),
    "lone surrogates": lambda d: _first_cell(d, b"\xed\xa0\x80\xed\xb0\x80"),
    "overlong UTF-8": lambda d: _first_cell(d, b"\xc0\xaf"),
    "UTF-16": lambda d: d.decode().encode("utf-16"),
    "UTF-32": lambda d: d.decode().encode("utf-32"),
    "Latin-1": lambda d: _first_cell(d, "Müller".encode("latin-1")),
    "Windows-1251": lambda d: _first_cell(d, "Київ".encode("cp1251")),
    "EBCDIC": lambda d: d.decode().encode("cp500", "replace"),
    "byte order mark": lambda d: b"\xef\xbb\xbf" + d,
    "CRLF": lambda d: d.replace(b"\n", b"\r\n"),
    "CR alone": lambda d: d.replace(b"\n", b"\r"),
    "semicolons": lambda d: d.replace(b",", b";"),
    "tabs": lambda d: d.replace(b",", b"\t"),
    "every row twice": lambda d: d + d.split(b"\n", 1)[1],
    "rows turned round": lambda d: b"\n".join([d.split(b"\n")[0], *reversed(d.rstrip(b"\n").split(b"\n")[1:]), b""]),
    "every cell quoted": lambda d: b"\n".join(
        b",".join(b'"' + c + b'"' for c in line.split(b",")) if line and b'"' not in line else line for line in d.split(b"\n")
    ),
    "empty lines": lambda d: d.replace(b"\n", b"\n\n"),
    "empty rows": lambda d: d + b"," * d.split(b"\n")[0].count(b",") + b"\n",
    "a program": lambda d: b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 8,
}


class Hang(Exception):
    """Something took longer than HANG_SECONDS."""


@contextmanager
def watched(seconds: int = HANG_SECONDS) -> Iterator[None]:
    """Raise Hang inside the block once it has worked that long, or waited six times as long (a machine may be busy)."""

    def late(*_: object) -> None:
        raise Hang(f"over {seconds} s")

    before = [(s, signal.signal(s, late)) for s in (signal.SIGPROF, signal.SIGALRM)]
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, 6 * seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before:
            signal.signal(number, handler)


def checked(root: Path) -> list[Problem]:
    """What `check` says of the tables, each problem with a place and a remedy that can be printed."""
    with watched():
        problems = rules.check(Dataset.load(root))
        for problem in problems:
            said = str(problem)
            # A message is two lines of printable text whatever the cell holds.
            assert said.count("\n") == 1 and said.isascii() | said.replace("\n", "").isprintable(), ascii(said[:300])
            assert problem.path.startswith("data/") and problem.expected and problem.remedy, problem
            assert len(said) < 12_000, said[:300]
    return problems


def facts(data: bytes) -> Counter[tuple[tuple[str, str], ...]]:
    """The rows of a file as an independent reader sees them, by column name, blanks and composition apart."""
    text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    return Counter(tuple(sorted(zip(header, map(_plain, row), strict=True))) for row in rows)


def _plain(cell: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", cell).replace("\ufeff", "")).strip()


def fixed(root: Path) -> None:
    """Run `fix` without minting, and demand that every table is as it was or holds the very same facts."""
    before = {p: p.read_bytes() for p in sorted((root / "data").rglob("*.csv")) if p.is_file()}
    with watched():
        fix(root, mint=False)
    for path, data in before.items():
        after = path.read_bytes()
        assert after == data or facts(after) == facts(data), f"{path.name} tells other facts now"
    assert not [p for p in (root / "data").rglob(".*")], "a part of a file was left"
