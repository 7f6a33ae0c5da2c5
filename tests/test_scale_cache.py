"""A page that is kept from the last build is the page that a cold build would make."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.publish import since
from scripts.publish.context import Context
from scripts.publish.pagecache import Memory, PageKeys
from scripts.publish.pages import lists
from scripts.publish.pages.shell import Shell
from scripts.publish.site import Site, place
from scripts.publish.store import Build
from scripts.schema import read_schemas
from tests.conftest import copy_sample

SHELL = Shell((("<title>", "title"), ("|", "description"), ("|", "content"), ("|", "toc"), ("", "")), "<li>item</li>", " ")
TEXTS = {"date": "2025-09-11", "integer": "7", "number": "7", "boolean": "false"}


def pages(root: Path, only_keys: bool = False, **changed: object) -> dict[str, tuple[str, str]]:
    """The key and the page of every record and listing under `root`."""
    context = replace(Context.load(root), **changed)
    site = Site(context, Build(root, None), dict.fromkeys(Site.sections, SHELL))
    keys = PageKeys(context, site.shells)
    items = [*context.collection.records, *lists.listings(context.collection)]
    return {"/".join(place(i)): (keys.key(i), "" if only_keys else SHELL.pour("slug", site.body(i))) for i in items}


def keys_of(root: Path, before: Memory | None = None, site: Path | None = None) -> tuple[dict[str, str], Memory]:
    """The key of every page by its path, and what the next build will know by way of a file, where this one's site is `site`."""
    keys = PageKeys(Context.load(root), dict.fromkeys(Site.sections, SHELL), before)
    items = [*keys.context.collection.records, *lists.listings(keys.context.collection)]
    found = keys.of_all({"/".join([*place(i), "index.html"]): i for i in items})
    return found, Memory.of(json.loads(json.dumps(keys.notes())), found, site)


def cells(root: Path) -> Iterator[tuple[str, int, str, str]]:
    """A cell of every column of every table: its table, its row, its column and another text for it."""
    for name, schema in read_schemas(root).items():
        keyed = {*schema.primary_key, *(c for k in schema.foreign_keys for c in k.columns)}
        for column in schema.columns:
            plain = not column.constraints.get("pattern") and not column.list_of and (column.name not in keyed or name == "locations")
            if plain and column.name not in ("id", "incident_id", "role", "country"):
                # Of places the first is the one that maps show.
                for row in (-1, 0) if name == "locations" else (-1,):
                    yield name, row, column.name, TEXTS.get(column.type, "Another text")


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, to be changed and mended."""
    return copy_sample(tmp_path_factory.mktemp("cache") / "root")


def change(path: Path, row: int, column: str, text: str) -> bytes | None:
    """Write a text into one cell; the bytes before, or None where the table has no rows."""
    before = path.read_bytes()
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    if not rows:
        return None
    rows[row][header.index(column)] = text
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])
    return before


def test_no_cell_changes_a_page_whose_key_stands(clean: Path):
    """Each column of each table in turn: wherever the page differs, its key differs."""
    before, tried, moved = pages(clean), 0, 0
    for table, row, column, text in cells(clean):
        path = clean / read_schemas(clean)[table].path
        data = change(path, row, column, text)
        if data is None:
            continue
        after = pages(clean)
        path.write_bytes(data)
        stale = [r for r in before if r in after and after[r][0] == before[r][0] and after[r][1] != before[r][1]]
        assert stale == [], f"{table}.{column} changes the page of {stale} and not its key: add it in scripts/publish/pagecache.py"
        tried, moved = tried + 1, moved + (after != before)
    assert tried > 60 and moved > 30


def test_what_the_build_before_knew_changes_no_key(clean: Path, tmp_path: Path):
    """Keys taken over from the build before are the keys that would be made anew, whichever cell has changed."""
    shutil.copytree(clean / "data", tmp_path / "data")
    before, memory = keys_of(clean, site=tmp_path)
    assert keys_of(clean, memory)[0] == before
    tried, moved, quickly = 0, 0, 0
    ties = (("relations", 0, "related_id", "AIR-2026-0003"), ("incidents", 1, "country", "EST"), ("locations", 0, "role", "found"))
    for table, row, column, text in (*cells(clean), *ties):
        path = clean / read_schemas(clean)[table].path
        data = change(path, row, column, text)
        if data is not None:
            cold, (quick, _) = keys_of(clean)[0], keys_of(clean, memory)
            quickly += since.touched(Context.load(clean).collection, tmp_path, memory.tables) is not None
            path.write_bytes(data)
            assert quick == cold, f"{table}.{column}"
            tried, moved = tried + 1, moved + (cold != before)
    assert tried > 60 and moved > 40 and quickly > 40


def test_a_record_that_comes_or_goes_changes_the_keys_as_a_cold_build_would(clean: Path, tmp_path: Path):
    """Its neighbours and listings list it no more, or newly."""
    shutil.copytree(clean / "data", tmp_path / "data")
    last = Context.load(clean).collection.records[0].id
    tables = [p for n in ("incidents", *since.OWNED, "relations") if (p := clean / "data" / f"{n}.csv").is_file()]
    whole = {p: p.read_text(encoding="utf-8") for p in tables}
    without = {p: "\n".join(line for line in text.split("\n") if last not in line) for p, text in whole.items()}
    _, memory = keys_of(clean, site=tmp_path)
    for path, text in without.items():
        path.write_text(text, encoding="utf-8")
    gone, memory_without = keys_of(clean, memory, clean)
    assert gone == keys_of(clean)[0]
    shutil.copytree(clean / "data", tmp_path / "less" / "data")
    for path, text in whole.items():
        path.write_text(text, encoding="utf-8")
    again, _ = keys_of(clean, replace(memory_without, site=tmp_path / "less"))
    assert again == keys_of(clean)[0] and f"incidents/{last}/index.html" in again and f"incidents/{last}/index.html" not in gone


def test_which_records_changed_is_told_by_tables_that_are_what_they_were(clean: Path, tmp_path: Path):
    """A published table that somebody has touched, or that is gone, tells nothing, and all keys are made anew."""
    shutil.copytree(clean / "data", tmp_path / "data")
    _, memory = keys_of(clean, site=tmp_path)
    path, published = clean / "data" / "incidents.csv", tmp_path / "data" / "incidents.csv"
    collection = Context.load(clean).collection
    assert since.touched(collection, tmp_path, memory.tables) == set()
    data = change(path, 0, "summary", "Another text")
    first = path.read_text(encoding="utf-8").split("\n")[1].split(",")[0]
    changed = Context.load(clean).collection
    assert since.touched(changed, tmp_path, memory.tables) == {first}
    path.write_bytes(data or b"")
    assert since.touched(changed, tmp_path, memory.tables) is None, "the file is no longer the one that was read"
    change(path, 0, "summary", "Another text")
    for spoil in (lambda: published.write_bytes(published.read_bytes().replace(b"AIR-", b"AIQ-", 1)), published.unlink):
        spoil()
        assert since.touched(changed, tmp_path, memory.tables) is None
    path.write_bytes(data or b"")


@given(st.lists(st.text("ab,", max_size=3), unique=True, max_size=8), st.lists(st.text("ab,", max_size=3), unique=True, max_size=8))
def test_the_lines_that_differ_are_those_that_stand_in_one_file_alone(old: list[str], new: list[str]):
    """Wherever the two begin and end to differ, and whichever is the longer; an empty line is no row."""
    files = ["".join(f"{line}\n" for line in sorted(some)).encode() for some in (old, new)]
    assert set(since._lines(*files)) == ({*old} ^ {*new}) - {""}


def test_notes_that_cannot_be_understood_are_no_notes(clean: Path):
    """A torn or foreign file of notes costs time, never a page."""
    before, memory = keys_of(clean)
    notes = {"shared": memory.shared, "landmarks": memory.landmarks, "tables": memory.tables, "history": memory.history}
    for spoiled in (
        {},
        {"own": []},
        {**notes, "own": {"AIR-2026-0001": 7}},
        {**notes, "own": {"AIR-2026-0001": [1]}},
        {**notes, "shared": 1},
    ):
        found = Memory.of(spoiled, before, clean)
        assert found == Memory()
        assert keys_of(clean, found)[0] == before


@pytest.mark.parametrize(("table", "column"), [("responses", "detail"), ("locations", "basis"), ("statements", "says")])
def test_a_change_of_one_record_leaves_the_keys_of_others(clean: Path, table: str, column: str):
    """Otherwise nothing would ever be kept: such a detail is shown on the record's own page, and its listings tell no two details apart."""
    before = pages(clean, only_keys=True)
    data = change(clean / "data" / f"{table}.csv", 0, column, "Another detail")
    after = pages(clean, only_keys=True)
    (clean / "data" / f"{table}.csv").write_bytes(data or b"")
    moved = [r for r in before if before[r] != after[r]]
    assert sum(r.startswith("incidents/") for r in moved) == 1
    assert 4 <= len(moved) < len(before) / 2


def test_where_the_site_stands_is_in_the_key_and_the_day_is_not(clean: Path):
    """Address and repository stand on the page; the day does not, or every page would be made anew each day."""
    import datetime as dt

    before = pages(clean, only_keys=True)
    for changed in ({"site_url": "https://b.example.org/"}, {"repo_url": "https://c.example.org/r"}):
        after = pages(clean, only_keys=True, **changed)
        assert all(before[r] != after[r] for r in before), changed
    assert pages(clean, built=dt.datetime(2031, 1, 1, tzinfo=dt.UTC)) == pages(clean)


def test_another_shell_is_another_page(clean: Path):
    """The theme's bytes are part of every page."""
    context = Context.load(clean)
    other = replace(SHELL, pieces=(("<h1>", "title"), *SHELL.pieces[1:]))
    record = context.collection.records[0]
    assert PageKeys(context, {"incidents": SHELL}).of(record) != PageKeys(context, {"incidents": other}).of(record)


def test_an_outline_that_is_kept_is_the_one_that_was_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Read back, it is the same to the last digit; a spoiled file is drawn anew."""
    from scripts.publish.pages import maps, outlines

    monkeypatch.setenv("AIR_CACHE", str(tmp_path))
    look, frame = outlines.stored(maps._draw, maps.Land), maps.Frame(59.4, 24.7, 2.2, 400, 300)
    drawn = look(frame)
    (kept,) = (tmp_path / "outlines").iterdir()
    with monkeypatch.context() as patch:
        patch.setattr(maps, "_land", None)
        again = look(frame)
    assert again == drawn
    for spoiled in (b"", b"[1]", b'[["EST", "M0,0", 7]]', b"\xff"):
        kept.write_bytes(spoiled)
        assert look(frame) == drawn
    monkeypatch.setenv("AIR_CACHE", "/proc/nowhere")
    assert look(frame) == drawn


def build(base: Path, **files: tuple[str, bytes]) -> tuple[Path, list[str]]:
    """One build in which each file is kept if its key stands; what had to be written."""
    made, written = Build.begin(base), []
    for name, (key, data) in files.items():
        if not made.keep(f"{name}.txt", key):
            made.put(f"{name}.txt", data)
            written.append(name)
    return made.publish(), written


def test_only_a_file_with_the_same_key_is_kept(tmp_path: Path):
    """A new key, a new file and a lost list of keys lead to writing."""
    assert build(tmp_path, a=("1", b"one"), b=("1", b"two"))[1] == ["a", "b"]
    folder, written = build(tmp_path, a=("1", b"never written"), b=("2", b"three"), c=("1", b"four"))
    assert written == ["b", "c"] and [(folder / f"{n}.txt").read_bytes() for n in "abc"] == [b"one", b"three", b"four"]
    (folder.parent / f"{folder.name}.keys.json").write_text("{", encoding="utf-8")
    assert build(tmp_path, a=("1", b"one"))[1] == ["a"]


def test_a_kept_file_that_is_gone_is_written(tmp_path: Path):
    """Keys are no proof that the file stands."""
    folder, _ = build(tmp_path, a=("1", b"one"))
    (folder / "a.txt").unlink()
    assert build(tmp_path, a=("1", b"one"))[1] == ["a"]


def test_lists_of_keys_do_not_pile_up(tmp_path: Path):
    """They go with their builds, and none is published."""
    for i in range(5):
        folder, _ = build(tmp_path, a=(str(i), str(i).encode()))
    assert len(list((tmp_path / ".build").glob("*.keys.json"))) <= 3 and not list(folder.glob("*.keys.json"))
