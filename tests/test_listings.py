"""Pages that list records stay readable, complete and quick when there are many records."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks import synthetic
from scripts.publish.context import Context
from scripts.publish.pages import lists, overview, render


def test_a_long_list_is_told_in_parts_that_leave_nobody_out(sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Above so many records a page lists the newest, and the pages of the year's months list every one, those without a month too."""
    monkeypatch.setattr(lists, "NEWEST", 3)
    context = Context.load(synthetic.write(sample, tmp_path, 30))
    env, collection = render.environment(context.collection), context.collection
    made = {(x.section, x.code): (x, lists.page(env, context, x).html) for x in lists.listings(collection)}
    long = [x for x, _ in made.values() if len(x.records) > 3]
    assert {x.section for x in long} >= {"countries", "categories", "years"}

    def named(html: str) -> set[str]:
        return set(re.findall(r"air-row-title\" href=\"../../incidents/([^/]+)/", html))

    for listing in long:
        html = made[listing.section, listing.code][1]
        assert (named(html) >= {r.id for r in listing.records[:3]} and f"The newest 3 of {len(listing.records)}" in html) or listing.is_part
    for year, records in collection.by_year.items():
        if len(records) > 3:
            parts = [made["years", m.code] for m in lists.months(year, records)]
            assert set().union(*(named(html) for _, html in parts)) == {r.id for r in records}
            assert all(f'href="../../years/{x.code}/"' in made["years", str(year)][1] for x, _ in parts)
    assert not any("-" in code for code, *_ in lists.index_rows(context, "years"))


def test_records_at_one_place_share_a_dot(sample: Path):
    """A dot that hides another would make it unreachable: one dot says how many there are and leads to the newest."""
    collection = Context.load(sample).collection
    record = next(r for r in collection.records if r.point)
    shown, _ = overview.marks(collection, [record] * 3, overview.OVERVIEW)
    (dot,) = overview.dots(shown)
    assert (dot.count, dot.size, dot.record) == (3, "some", record)


def test_kinds_at_one_place_stand_side_by_side(sample: Path):
    """A balloon over an airport is not hidden by the drones that were seen there."""
    record = Context.load(sample).collection.records[0]
    made = overview.dots([overview.Spot(record, 100.0, 50.0, 0.0, family) for family in ("drone", "drone", "balloon")])
    assert [(d.family, d.count, d.x) for d in made] == [("drone", 2, 100.0), ("balloon", 1, 100.0 + overview.BESIDE_PX)]
