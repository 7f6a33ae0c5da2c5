"""Whatever a table holds, `check` refuses it with place and remedy or takes it, in time, and `fix` changes no fact."""

from __future__ import annotations

import csv
import os
import random
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scripts.dataset import Dataset
from scripts.derive import derive
from scripts.schema import SchemaError
from tests.conftest import copy_sample
from tests.helpers_bad import SPOILERS, TABLES, VALUES, checked, fixed, watched

TRIED: Counter[str] = Counter()
# AIR_THOROUGH=1 tries every spoiler on every table and more of the rest: some ten minutes.
THOROUGH = bool(os.environ.get("AIR_THOROUGH"))
CELL_ROUNDS, EXAMPLES = (6, 500) if THOROUGH else (1, 40)
WHOLE = ("incidents", "citations")
"""Tables that every spoiler is tried on; the others take turns."""


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample as it is, to be copied and spoiled."""
    return copy_sample(tmp_path_factory.mktemp("bad") / "clean")


@pytest.fixture(scope="module", autouse=True)
def _say_how_many(request: pytest.FixtureRequest) -> Iterator[None]:
    """Print how many inputs were tried, past pytest's capture."""
    yield
    reporter = request.config.pluginmanager.get_plugin("terminalreporter")
    line = f"bad input: {sum(TRIED.values())} tried ({', '.join(f'{n} {k}' for k, n in TRIED.items())})"
    if reporter:
        reporter.write_line(line)
    # A worker of pytest-xdist has no terminal of its own; the figures stand in test-output/ then.
    folder = Path(request.config.rootpath) / "test-output"
    folder.mkdir(exist_ok=True)
    (folder / f"bad-input-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}.txt").write_text(line + "\n", encoding="utf-8")


def fresh(clean: Path) -> Path:
    """The one working copy of the sample, as new: only what a test has changed is written again."""
    root = clean.with_name("spoiled")
    for path in sorted(p for p in clean.rglob("*") if p.is_file()):
        mine = root / path.relative_to(clean)
        if mine.is_symlink() or mine.is_fifo():
            mine.unlink()
        elif mine.is_dir():
            mine.rmdir()
        if not mine.exists() or mine.stat().st_mtime_ns != path.stat().st_mtime_ns:
            mine.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, mine)
    return root


@pytest.mark.parametrize("table", TABLES)
def test_a_spoiled_file_is_refused_or_read_and_never_changed_in_fact(table: str, clean: Path):
    """Cuts, encodings, quotes, widths and sizes: each with a place and a remedy, none with a traceback."""
    for at, (name, spoil) in enumerate(SPOILERS.items()):
        if not (THOROUGH or table in WHOLE or at % 3 == TABLES.index(table) % 3):
            continue
        root = fresh(clean)
        path = root / "data" / f"{table}.csv"
        before = path.read_bytes()
        path.write_bytes(spoil(before))
        found = checked(root)
        # Only what gives the very same bytes, or other rows that are as good, may pass unseen.
        harmless = path.read_bytes() == before or name in ("columns exchanged in the rows", "every row twice", "rows turned round")
        assert harmless or any(p.path == f"data/{table}.csv" for p in found), f"{table}, {name}: nobody noticed"
        fixed(root)
        TRIED["files"] += 1


@pytest.mark.parametrize("start", range(4))
def test_a_spoiled_cell_is_refused_or_taken_as_it_stands(start: int, clean: Path):
    """Dates, numbers, marks, paths and markup in every table at once; the column moves on with each value."""
    for at, value in list(enumerate(VALUES))[start::4]:
        for turn in range(CELL_ROUNDS):
            root = fresh(clean)
            TRIED["cells"] += put_everywhere(root, value, at + turn * 7)
            checked(root)
            fixed(root)


def put_everywhere(root: Path, value: str, column: int) -> int:
    """Write a value into one cell of the last row of every table; how many cells."""
    changed = 0
    for path in sorted((root / "data").rglob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        if len(rows) > 1:
            rows[-1][column % len(rows[-1])] = value
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows(rows)
            changed += 1
    return changed


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(table=st.sampled_from(TABLES[:11]), at=st.floats(0, 1), cut=st.integers(0, 40), junk=st.binary(max_size=40))
def test_any_bytes_anywhere_are_refused_or_read(clean: Path, table: str, at: float, cut: int, junk: bytes):
    """Bytes that hypothesis thinks of, in the place of any part of any file."""
    root = fresh(clean)
    path = root / "data" / f"{table}.csv"
    data = path.read_bytes()
    here = int(at * len(data))
    path.write_bytes(data[:here] + junk + data[here + cut :])
    problems = checked(root)
    fixed(root)
    if not [p for p in problems if p.level == "error"]:
        assert derive(Dataset.load(root)).records
    TRIED["byte strings"] += 1


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(text=st.text(max_size=60))
def test_any_text_in_a_title_is_taken_as_it_stands_or_refused(clean: Path, text: str):
    """A free text that passes comes out of reading as it went in."""
    root = fresh(clean)
    path = root / "data" / "incidents.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    rows[1][rows[0].index("title")] = text
    with path.open("w", encoding="utf-8", newline="", errors="surrogatepass") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    if not [p for p in checked(root) if p.level == "error"]:
        assert Dataset.load(root)["incidents"]["title"].iloc[0] == text
    fixed(root)
    TRIED["texts"] += 1


def test_ties_that_run_in_circles_end(clean: Path):
    """Self ties, pairs, long rings and random tangles are told, and neither check nor derive runs on."""
    kinds, rng = ["same_object", "follows", "debris_of"], random.Random(7)
    rings = {
        "itself": [(1, 1)],
        "pair": [(1, 2), (2, 1)],
        "ring of 3,000": [(i, (i + 1) % 3000) for i in range(3000)],
        **{f"tangle {n}": [(rng.randrange(60), rng.randrange(60)) for _ in range(400)] for n in range(8)},
    }
    for ties in rings.values():
        root = fresh(clean)
        header = (root / "data" / "relations.csv").read_text(encoding="utf-8").split("\n")[0]
        lines = [
            f"AIR-2025-{a:04d},AIR-2025-{b:04d},{kinds[i % 3 if len(ties) == 400 else 0]},confirmed,," for i, (a, b) in enumerate(ties)
        ]
        (root / "data" / "relations.csv").write_text("\n".join([header, *lines, ""]), encoding="utf-8")
        assert {p.rule for p in checked(root)} & {"self-relation", "circular-relation"} or len(ties) > 1000
        with watched():
            derive(Dataset.load(root))
        TRIED["graphs"] += 1


def test_thousands_of_unknown_ids_are_told_in_time(clean: Path):
    """A column that is wrong from top to bottom costs no search for likeness in each row."""
    root = fresh(clean)
    path = root / "data" / "citations.csv"
    lines = path.read_text(encoding="utf-8").split("\n")
    path.write_text("\n".join([lines[0], *(f"AIR-2031-{i:04d},nobody-{i},nowhere-{i},date" for i in range(4000)), ""]), encoding="utf-8")
    assert sum(p.rule == "terms" for p in checked(root)) >= 12_000
    TRIED["files"] += 1


@pytest.mark.parametrize("kind", ["link", "link to a device", "pipe", "folder", "absent"])
def test_what_is_no_file_is_refused_and_not_followed(kind: str, clean: Path, tmp_path: Path):
    """A link could publish any file of the machine; a pipe would be waited for."""
    root = fresh(clean)
    path = root / "data" / "sources.csv"
    (tmp_path / "elsewhere.csv").write_bytes(path.read_bytes())
    path.unlink()
    make = {
        "link": lambda: path.symlink_to(tmp_path / "elsewhere.csv"),
        "link to a device": lambda: path.symlink_to("/dev/zero"),
        "pipe": lambda: os.mkfifo(path),
        "folder": path.mkdir,
        "absent": lambda: None,
    }
    make[kind]()
    assert any(p.path == "data/sources.csv" and p.rule == "form" for p in checked(root))
    with watched():
        from scripts.fix import fix

        fix(root)
    assert (tmp_path / "elsewhere.csv").read_bytes() == (clean / "data" / "sources.csv").read_bytes()
    TRIED["files"] += 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"resources": [{}]}',
        '{"resources": [{"name": "a", "path": "../../x", "schema": "schema/incidents.json"}]}',
        "[" * 100_000,
        '{"resources": ' + "9" * 5000 + "}",
        '{"resources": 1e309}',
    ],
)
def test_a_broken_descriptor_is_one_sentence_and_no_traceback(text: str, clean: Path):
    """datapackage.json is read first; what is wrong with it is said with its name."""
    root = fresh(clean)
    (root / "datapackage.json").write_text(text, encoding="utf-8")
    with pytest.raises(SchemaError, match=r"datapackage\.json"), watched():
        Dataset.load(root)
    TRIED["descriptors"] += 1


@pytest.mark.parametrize(
    "key,value",
    [
        ("fields", []),
        ("fields", [{"name": "id"}]),
        ("fields", [{"name": "id", "type": "no such type"}]),
        ("primaryKey", ["nothing"]),
        ("fields", None),
        ("foreignKeys", [{"fields": ["id"]}]),
    ],
)
def test_a_broken_schema_is_told_by_its_name(key: str, value: object, clean: Path):
    """A fault in a Table Schema is not blamed on a rule."""
    import json

    root = fresh(clean)
    path = root / "schema" / "retired.json"
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), key: value}), encoding="utf-8")
    with pytest.raises(SchemaError, match=r"schema/retired\.json"):
        Dataset.load(root)
    TRIED["descriptors"] += 1
