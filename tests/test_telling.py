"""A change of the data reads as a person would tell it."""

from __future__ import annotations

from scripts.publish.pages.telling import KEYS, NOUNS, TELLING, Line, lines
from scripts.schema import read_schemas

from .conftest import REPOSITORY


def row(name: str, **texts: str) -> list[tuple[str, str, str, str]]:
    """The cells of a row that was added."""
    return [(name, field, "", text) for field, text in texts.items()]


def test_a_new_row_is_one_line_that_says_what_it_says():
    """Its keys are no news."""
    new = row(
        "statements/AIR-2026-0008/4", incident_id="AIR-2026-0008", statement="4", speaker="Air Moldova", says="The airspace is closed"
    )
    assert lines(new) == [Line("statement 4", "added", text="Air Moldova: The airspace is closed")]
    gone = [(r, f, n, o) for r, f, o, n in new]
    assert lines(gone) == [Line("statement 4", "removed", text="Air Moldova: The airspace is closed")]


def test_an_edited_cell_says_what_it_was_and_is():
    """One line a cell, also where it was empty before."""
    cells = [("incidents/AIR-2026-0008", "date_start", "2026-03-08", "2026-03-09"), ("incidents/AIR-2026-0008", "damage", "", "none")]
    assert lines(cells) == [
        Line("incident", "edited", "date start", "2026-03-08", "2026-03-09"),
        Line("incident", "edited", "damage", "", "none"),
    ]


def test_a_source_is_told_by_its_title_or_else_its_address():
    """With its publisher before it."""
    with_title = row("sources/x-a", id="x-a", url="https://x.example/1", title="A title", publisher="X")
    assert lines(with_title)[0].text == "X: A title"
    assert lines([c for c in with_title if c[1] != "title"])[0].text == "X: https://x.example/1"


def test_every_telling_column_is_a_column():
    """A renamed column would leave a line without its words."""
    schemas = read_schemas(REPOSITORY)
    for table, columns in TELLING.items():
        assert set(columns) <= set(schemas[table].names) and set(KEYS) & set(schemas[table].names), table
    assert set(TELLING) < set(NOUNS) <= set(schemas)
