"""The coverage page tells silence from absence, quarter by quarter."""

from __future__ import annotations

import pytest

from scripts.publish.pages.coverage import Cell, covers, quarters


def test_three_states_are_told_apart():
    """Found, looked and found none, and nobody looked."""
    assert [Cell(2, 0).state, Cell(0, 1).state, Cell(0, 0).state] == ["found", "none", "unsearched"]


@pytest.mark.parametrize(
    ("start", "end", "quarter", "touched"),
    [
        ("2025-09", "2025-12", (2025, 3), True),
        ("2025-10", "2025-12", (2025, 3), False),
        ("2022", "2024", (2024, 4), True),
        ("2022", "2024", (2025, 1), False),
        ("2025-03-31", "2025-03-31", (2025, 1), True),
        ("2025-04-01", "2025-04-02", (2025, 1), False),
    ],
)
def test_a_search_covers_the_quarters_that_its_period_touches(start: str, end: str, quarter: tuple[int, int], touched: bool):
    """Months, days and bare years are read as what they say."""
    assert covers({"period_start": start, "period_end": end}, *quarter) is touched


def test_quarters_run_to_the_day_of_the_build():
    """The running quarter is the last column."""
    assert quarters("2022-08-01") == [(2022, 1), (2022, 2), (2022, 3)]
