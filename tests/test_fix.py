"""`fix` mends form and mints ids, changes no fact, and has nothing to do the second time."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from scripts import rules
from scripts.dataset import Dataset
from scripts.fix import fix, mend_cell


def tables_of(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for p in sorted((root / "data").rglob("*.csv"))}


def test_fix_changes_nothing_that_is_canonical(sample: Path):
    """A canonical tree stays byte for byte."""
    before = tables_of(sample)
    assert fix(sample) == []
    assert tables_of(sample) == before


def test_fix_undoes_what_a_spreadsheet_did(sample: Path):
    """BOM, CRLF, shuffled rows, no-break blanks and needless quotes are gone; the facts are the same."""
    before = tables_of(sample)
    path = sample / "data" / "incidents.csv"
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    spoiled = (
        "\r\n".join([header, *reversed(rows)])
        .replace("Synthetic drone", "  Synthetic\u00a0drone")
        .replace("AIR-2025-0003,", '"AIR-2025-0003",')
    )
    path.write_bytes(b"\xef\xbb\xbf" + spoiled.encode())
    assert any(p.level == "error" for p in rules.check(Dataset.load(sample)))
    fix(sample)
    assert tables_of(sample) == before


def test_fix_mints_the_next_free_number_of_the_year(sample: Path):
    """A placeholder becomes an id that was never used, also not by a retired record, in every table."""
    for name in ("incidents", "objects", "locations", "citations", "relations"):
        path = sample / "data" / f"{name}.csv"
        path.write_text(path.read_text(encoding="utf-8").replace("AIR-2025-0003", "AIR-NEW-beach"), encoding="utf-8")
    said = fix(sample)
    # 0004 is retired in the sample, so the next is 0005.
    assert "AIR-NEW-beach is now AIR-2025-0005" in said
    assert not any(b"AIR-NEW" in data for data in tables_of(sample).values())
    assert [p for p in rules.check(Dataset.load(sample)) if p.level == "error"] == []


def test_fix_leaves_a_table_that_it_cannot_read(sample: Path):
    """Nothing is guessed: a row with a missing cell stays for a person to mend."""
    path = sample / "data" / "incidents.csv"
    broken = path.read_text(encoding="utf-8") + "AIR-2026-0002,too short\n"
    path.write_text(broken, encoding="utf-8")
    said = fix(sample)
    assert any("left as it is" in s for s in said)
    assert path.read_text(encoding="utf-8") == broken


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_mending_a_cell_twice_is_mending_it_once(text: str):
    """Trimming and composing reach a fixed point."""
    once = mend_cell(text)
    assert mend_cell(once) == once
