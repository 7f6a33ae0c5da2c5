"""What record pages are made of, without a browser: projection, map names, citations, evidence, search index."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import numpy as np
import pytest
import shapely

from scripts.dataset import Dataset
from scripts.derive import derive
from scripts.publish.context import Context
from scripts.publish.pages import evidence, gazetteer, incident, maps, record_citation, search, words
from scripts.publish.pages.projection import Frame

FRAME = Frame(52.0, 17.0, 0.2, 960, 780)


@pytest.fixture(scope="module")
def context(root: Path) -> Context:
    """The context of the real tables."""
    return Context.load(root)


@pytest.mark.parametrize(("lat", "lon"), [(52.0, 17.0), (64.1, -21.9), (40.4, 49.9), (36.1, -5.3), (35.1, 33.4)])
def test_a_pixel_leads_back_to_its_place(lat: float, lon: float):
    """Projection and its inverse agree to a tenth of a pixel."""
    x, y = FRAME.xy(lat, lon)
    back_lon, back_lat = FRAME.degrees(np.array([[x, y]])).tolist()[0]
    assert math.hypot((back_lat - lat) * 111, (back_lon - lon) * 111 * math.cos(math.radians(lat))) * FRAME.px_per_km < 0.1


def test_many_points_fall_where_each_would():
    """The projection of many at once agrees with that of one."""
    points = [(lon, lat) for lon in (-21.9, -5.3, 17.0, 49.9) for lat in (35.1, 52.0, 69.6)]
    assert FRAME.pixels(np.array(points)).tolist() == [list(FRAME.xy(lat, lon)) for lon, lat in points]


def test_the_projection_keeps_areas():
    """A square degree in Iceland and one in Cyprus have the pixels that their square kilometres deserve."""
    for lat, lon in ((65.0, -19.0), (35.0, 33.0)):
        ring = [FRAME.xy(lat + dy, lon + dx) for dy, dx in ((0, 0), (0, 1), (1, 1), (1, 0))]
        km2 = shapely.Polygon(ring).area / FRAME.px_per_km**2
        true = 6371.0**2 * math.radians(1) * (math.sin(math.radians(lat + 1)) - math.sin(math.radians(lat)))
        assert abs(km2 / true - 1) < 0.02


def test_outline_paths_are_short_and_exact():
    """Relative steps of tenths add up to the points they stand for."""
    points = [(0.04, 10.0), (12.5, 0.3), (-3.0, -0.2), (0.04, 10.0)]
    path = maps.path_of(np.array(points))
    numbers = [float(n) for n in re.findall(r"-?\d*\.?\d+", path)]
    at, seen = (numbers[0], numbers[1]), [(numbers[0], numbers[1])]
    for dx, dy in zip(numbers[2::2], numbers[3::2], strict=True):
        at = (round(at[0] + dx, 1), round(at[1] + dy, 1))
        seen.append(at)
    assert seen == [(0.0, 10.0), (12.5, 0.3), (-3.0, -0.2)]
    assert "0." not in path.replace("10.", "")


def test_no_name_on_a_locator_map_lies_on_another_or_outside(context: Context):
    """Every text of every record's map has its own room."""
    crowded = [r for r in context.collection.records if len(maps.points_of(r.locations)) > 1][:40]
    assert crowded
    for record in crowded:
        found = incident.locator(context, record)
        assert found
        boxes = []
        for name in [*found["own"], *found["near"], *found["countries"]]:
            wide = len(name.text) * 5
            left = {"start": name.x, "end": name.x - wide, "middle": name.x - wide / 2}[name.anchor]
            assert 0 <= name.y <= found["frame"].height
            boxes.append(shapely.box(left, name.y - 8, left + wide, name.y))
        for i, a in enumerate(boxes):
            assert not any(a.intersects(b) for b in boxes[i + 1 :]), record.id


def test_numbers_of_places_at_one_point_stand_side_by_side():
    """No pin hides another."""
    marks = [maps.Mark(n, 100.0, 100.0, 5, "fell", "x") for n in (1, 2, 3)]
    assert [x for x, _, _ in maps.pins(marks)] == [100.0, 100.0 + maps.PIN_PX, 100.0 + 2 * maps.PIN_PX]


def test_landmarks_are_names_of_finely_known_places(context: Context):
    """No province, no description, nothing without a point."""
    names = [n for n, _, _ in gazetteer.Gazetteer.of(context).places]
    assert len(names) > 20 and len(set(names)) == len(names)
    fine = {
        str(p["place"]).split(",")[0].strip() for p in context.collection.dataset.typed("locations") if p["precision"] in gazetteer.FINE
    }
    assert set(names) <= fine


def test_a_citation_says_the_same_in_every_form(context: Context):
    """Title, id and year stand in text, BibTeX, RIS and CSL-JSON; special characters are escaped where they must be."""
    record = max(context.collection.records, key=lambda r: len(str(r.row["title"])))
    text, forms = record_citation.text(context, record), dict(record_citation.forms(context, record))
    made = json.loads(forms["CSL-JSON"])[0]
    year = str(made["issued"]["date-parts"][0][0])
    assert made["type"] == "dataset" and made["title"] == record.row["title"]
    assert forms["BibTeX"].count("{") == forms["BibTeX"].count("}")
    assert forms["RIS"].startswith("TY  - DATA") and forms["RIS"].rstrip().endswith("ER  -")
    for form in (text, *forms.values()):
        assert record.id in form and year in form
    assert r"\&" in record_citation.bibtex({**made, "title": "A & B"})


def test_accounts_differ_where_somebody_contradicts_and_only_there():
    """A denial marks a topic; two places of two pieces do not, two values of one fact do."""

    def said(topic: str, stance: str, value: str) -> dict:
        return {"topic": topic, "stance": stance, "value": value, "date": "2025-01-01"}

    def differ(*rows: dict) -> bool:
        return evidence.accounts(type("R", (), {"statements": list(rows)})())[0].differ

    assert differ(said("operator", "asserts", "IRN"), said("operator", "denies", ""))
    assert differ(said("object", "asserts", "balloon"), said("object", "asserts", "other_drone"))
    assert not differ(said("place", "asserts", "a"), said("place", "asserts", "b"))
    assert not differ(said("operator", "asserts", "IRN"), said("operator", "asserts", "IRN"))


def test_fact_groups_read_as_words():
    """`place/1` and `place/2` are said once."""
    assert evidence.supports(["place/1", "place/2", "date", "object/1"]) == "places 1, 2, date, object 1"
    assert evidence.sentence("It fell") == "It fell." == evidence.sentence("It fell.")


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (3, 3, "3"),
        (19, 21, "19–21"),
        (24, None, "at least 24"),
        (None, 5, "up to 5"),
        (0, 3, "0–3"),
        (0, 0, "0"),
        (0, None, ""),
        (None, None, ""),
    ],
)
def test_a_range_says_what_is_known(low: int | None, high: int | None, said: str):
    """None is a figure; at least none is no statement at all."""
    assert words.span(low, high) == said


def test_every_record_stands_in_the_search_index(context: Context):
    """By its id, by each word of its title; and every path of the index is published."""
    found = list(search.entries(context))
    files = {k: json.loads(v) for k, v in search.files(found)}
    number = {e.path: i for i, e in enumerate(found)}
    assert len(number) == len(found)
    for record in context.collection.records[::25]:
        for word in re.findall(r"[^\W_]{2,}", search.fold(str(record.row["title"]))):
            strong, _ = files[f"assets/search/w-{search.shard(word)}.json"][word]
            at, numbers = 0, set()
            for step in strong:
                at += step
                numbers.add(at)
            assert number[f"incidents/{record.id}/"] in numbers, (record.id, word)


def test_no_shard_of_the_index_is_large(context: Context):
    """As long as the record is small, no file passes 60 kB; a letter pair that grew would be split."""
    assert max(len(data) for _, data in search.files(list(search.entries(context)))) < 60_000


def test_monthly_figures_of_a_year_are_those_of_its_records(root: Path):
    """The chart of a year has twelve months or fewer and counts each record whose month is known."""
    from scripts.publish.pages import charts

    collection = derive(Dataset.load(root))
    year = [r for r in collection.records if r.year == 2024]
    chart = charts.monthly(collection, year, "2024-12", "2024-01")
    assert len(chart.table) == 12
    assert sum(total for _, _, total in chart.table) + chart.left_out == len(year)
