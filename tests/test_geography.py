"""Borders are Natural Earth's with the listed corrections, and distances are right to a kilometre or two."""

from __future__ import annotations

import pytest

from scripts import geography


@pytest.mark.parametrize(
    ("place", "lat", "lon", "country", "not_country"),
    [
        ("Simferopol", 44.95, 34.10, "UKR", "RUS"),
        ("Pristina", 42.66, 21.17, "XKX", "SRB"),
        ("Kyrenia", 35.30, 33.30, "CYP", "TUR"),
        ("Akrotiri", 34.59, 32.99, "GBR", "TUR"),
        ("Tórshavn", 62.01, -6.79, "DNK", "ISL"),
        ("Mariehamn", 60.10, 19.93, "FIN", "SWE"),
        ("Kaliningrad", 54.71, 20.51, "RUS", "LTU"),
        ("Vaindloo", 59.817, 26.36, "EST", "RUS"),
        ("Vladivostok", 43.12, 131.90, "RUS", "CHN"),
        ("Gaziantep", 37.07, 37.38, "TUR", "SYR"),
    ],
)
def test_a_town_lies_in_its_country(place: str, lat: float, lon: float, country: str, not_country: str):
    """Each correction has a town that proves it."""
    borders = geography.borders()
    assert geography.distance_km(borders[country], lat, lon) <= 3, place
    assert geography.distance_km(borders[not_country], lat, lon) > 3, place


def test_every_covered_country_has_a_border():
    """No covered country escapes the check of points."""
    from scripts.dataset import Dataset

    covered = {code for code, row in Dataset.load().terms["countries"].items() if row["covered"]}
    assert covered <= set(geography.borders())


def test_a_distance_is_that_on_the_ground():
    """Helsinki lies about 80 km from Tallinn's coast (70 to 85 by the way that one measures)."""
    assert 60 < geography.distance_km(geography.borders()["EST"], 60.17, 24.94) < 85


def test_far_away_is_far():
    """A point in the Pacific is not near Poland."""
    assert geography.distance_km(geography.borders()["POL"], -10.0, -150.0) == geography.FAR_KM


@pytest.mark.parametrize(
    ("code", "lat", "lon"), [("DNK", 56.2, 9.5), ("NOR", 61.0, 9.0), ("FRA", 47.0, 2.5), ("XKX", 42.6, 20.9), ("USA", 40.0, -100.0)]
)
def test_a_mainland_is_the_country_as_one_thinks_of_it(code: str, lat: float, lon: float):
    """And not its largest island."""
    land = geography.mainland(code)
    assert land is not None and geography.distance_km([land], lat, lon) == 0


def test_a_code_without_a_shape_has_no_mainland():
    """As a map without a frame shows."""
    assert geography.mainland("XXX") is None
