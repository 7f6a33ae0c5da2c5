"""The reader keeps every row that can be read, names what cannot, and canonical writing is a fixed point."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scripts import tables
from scripts.schema import read_schemas
from scripts.tables import natural

from .conftest import REPOSITORY

SCHEMA = read_schemas(REPOSITORY)["retired"]
CELLS = st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]), max_size=30)


def write(root: Path, data: bytes) -> tables.Table:
    (root / "data").mkdir(exist_ok=True)
    (root / SCHEMA.path).write_bytes(data)
    return tables.read(root, SCHEMA)


@given(rows=st.lists(st.lists(CELLS, min_size=4, max_size=4), max_size=6))
@settings(max_examples=150, deadline=None)
def test_reading_what_was_written_gives_the_same_cells(rows: list[list[str]], tmp_path_factory: pytest.TempPathFactory):
    """Commas, quotes, accents and emoji survive the canonical form."""
    root = tmp_path_factory.mktemp("t")
    table = write(root, tables.canonical(SCHEMA, rows).encode())
    assert table.problems == []
    assert table.rows.values.tolist() == rows


@given(rows=st.lists(st.lists(CELLS, min_size=4, max_size=4), max_size=6))
@settings(max_examples=50, deadline=None)
def test_the_canonical_form_is_what_the_standard_library_reads(rows: list[list[str]]):
    """A reader that is not ours sees the same cells."""
    text = tables.canonical(SCHEMA, rows)
    assert list(csv.reader(io.StringIO(text)))[1:] == rows


@pytest.mark.parametrize(
    ("data", "line", "says"),
    [
        (b"\xef\xbb\xbfid,retired,reason,replaced_by\n", 1, "byte order mark"),
        (b"id,retired,reason,replaced_by\r\n", 1, "LF alone"),
        (b"id,retired,reason,replaced_by", 1, "final newline"),
        (b"id,retired,reason,replaced_by\na,b\n", 2, "4 cells"),
        (b"id,retired,reason,replaced_by\n\na,b,c,d\n", 2, "4 cells"),
        (b"id,retired,reason\n", 1, "missing replaced_by"),
        (b"retired,id,reason,replaced_by\n", 1, "in the order"),
        (b"id,retired,reason,replaced_by\n\xff,b,c,d\n", 2, "UTF-8"),
        (b'id,retired,reason,replaced_by\n"a,b,c,d\n', 2, "double quotes"),
        (b"id,retired,reason,replaced_by\na,b," + b"x" * 10_000_000 + b",d\n", 2, "characters"),
        (b"", 1, "header"),
    ],
)
def test_a_fault_of_form_is_named_with_its_line(data: bytes, line: int, says: str, tmp_path: Path):
    """Each departure from the form is one clear problem, with a remedy."""
    problems = write(tmp_path, data).problems
    assert [p.line for p in problems][:1] == [line]
    assert says in f"{problems[0].value} {problems[0].expected}"
    assert problems[0].remedy


def test_one_bad_row_does_not_hide_the_others(tmp_path: Path):
    """Rows that can be read are kept, with their own line numbers."""
    table = write(tmp_path, b"id,retired,reason,replaced_by\na,b,c,d\nbroken\ne,f,g,h\n")
    assert list(table.rows.index) == [2, 4]


def test_a_symbolic_link_is_no_table(tmp_path: Path):
    """A link could lead outside the repository."""
    (tmp_path / "data").mkdir()
    (tmp_path / SCHEMA.path).symlink_to("/etc/hostname")
    assert "symbolic link" in tables.read(tmp_path, SCHEMA).problems[0].value


def test_ids_sort_by_number():
    """10000 comes after 9999."""
    assert sorted(["AIR-2026-10000", "AIR-2026-9999", "AIR-2025-0001"], key=natural) == ["AIR-2025-0001", "AIR-2026-9999", "AIR-2026-10000"]


def test_an_interrupted_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A full disk or a cut cord never leaves half a table."""
    path = tmp_path / "t.csv"
    path.write_bytes(b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tables.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        tables.write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["t.csv"]
