"""The feeds: valid to their own readers, with ids and dates that hold, and safe against what titles may hold."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

import feedparser
import icalendar
import pytest

from scripts.publish import feeds
from scripts.publish.context import Context
from tests.helpers_publish import SITE, commit, context, edit, everything, loaded, published


def parsed(files: dict[str, bytes], path: str) -> feedparser.FeedParserDict:
    found = feedparser.parse(files[path])
    assert not found.bozo, (path, found.get("bozo_exception"))
    return found


@pytest.mark.parametrize("site", ["", SITE])
def test_every_atom_feed_is_well_formed_with_what_the_standard_asks(root: Path, site: str) -> None:
    """Id, title, date and author stand in each feed, and each entry has its own id, with or without a site address."""
    files = published(root, site)
    paths = [p for p in files if p.endswith(".xml")]
    assert len(paths) > 50
    for path in paths:
        found = parsed(files, path)
        assert (
            found.version == "atom10"
            and found.feed.id.startswith("urn:uuid:")
            and found.feed.title
            and found.feed.updated
            and found.feed.author
        )
        assert len({e.id for e in found.entries}) == len(found.entries)
        assert all(e.title and e.updated and e.summary for e in found.entries)
    assert len({parsed(files, p).feed.id for p in paths}) == len(paths)


def test_the_feed_of_new_incidents_tells_the_newest_first(root: Path) -> None:
    """Up to a hundred, by the day on which they were entered."""
    entries = parsed(published(root, SITE), "feed.xml").entries
    assert len(entries) == min(feeds.NEWEST, len(context(root).collection.records))
    assert [e.published for e in entries] == sorted((e.published for e in entries), reverse=True)
    assert all(e.link.startswith(f"{SITE}incidents/AIR-") for e in entries)


def test_ids_come_from_the_record_and_not_from_the_address(root: Path) -> None:
    """A rebuild, and a move of the site, make no entry new; the JSON feed has the same ids."""
    here, there = (parsed(published(root, site), "feed.xml") for site in (SITE, ""))
    assert [e.id for e in here.entries] == [e.id for e in there.entries]
    assert [i["id"] for i in json.loads(published(root, SITE)["feed.json"])["items"]] == [e.id for e in here.entries]
    newest = here.entries[0].link.rstrip("/").rsplit("/", 1)[1]
    assert here.entries[0].id == feeds.lasting_id(newest)


def test_json_feeds_have_what_version_1_1_asks(root: Path) -> None:
    """Version, title, and for each item an id and content; addresses are absolute where the site knows its own."""
    for path, data in published(root, SITE).items():
        if path.endswith(("feed.json", "changes.json")) and not path.startswith("api/"):
            found = json.loads(data)
            assert found["version"] == "https://jsonfeed.org/version/1.1" and found["title"] and found["feed_url"] == SITE + path
            assert all(i["id"] and i["content_text"] and i["url"].startswith(SITE) for i in found["items"])


def test_a_relative_link_leads_from_the_feed_to_the_record(root: Path) -> None:
    """Without a site address a country's feed points up and over to the record."""
    path = next(p for p, d in published(root).items() if p.startswith("countries/") and p.endswith("feed.json") and json.loads(d)["items"])
    link = json.loads(published(root)[path])["items"][0]["url"]
    assert link.startswith("../../incidents/AIR-")


def test_a_country_and_a_category_have_their_own_feeds(root: Path) -> None:
    """Each tells its own records and no other; an empty one is valid and has a date all the same."""
    collection = context(root).collection
    code = collection.records[0].country
    entries = parsed(published(root, SITE), f"countries/{code}/feed.xml").entries
    assert {e.link.rstrip("/").rsplit("/", 1)[1] for e in entries} <= {r.id for r in collection.listed_under(code)} and entries
    for category in collection.terms["category"]:
        entries = parsed(published(root, SITE), f"categories/{category}/feed.xml").entries
        assert len(entries) == min(feeds.NEWEST, sum(category in r.categories for r in collection.records))
    empty = next(c for c, row in collection.terms["countries"].items() if row["covered"] and not collection.listed_under(c))
    assert parsed(published(root, SITE), f"countries/{empty}/feed.xml").feed.updated == "2022-02-24T00:00:00+00:00"


def test_markup_in_a_title_stays_text(sample: Path) -> None:
    """A hostile title is shown as it is written, in the title and in the text."""
    hostile = "Wreck & <script>alert(1)</script> ]]> &lt;b"
    edit(sample, "incidents", "Synthetic wreck found on a beach", hostile)
    edit(sample, "incidents", "Synthetic record for tests: a wreck", "<img src=x onerror=alert(1)> a wreck")
    files = everything(Context.load(sample))
    raw = files["feed.xml"].decode()
    assert "<script>" not in raw and "&lt;script&gt;" in raw
    # A summary is HTML by its type: what a reader unwraps once must still be text.
    entry = next(
        e for e in ElementTree.fromstring(raw).iter("{http://www.w3.org/2005/Atom}entry") if "Wreck" in str(e.findtext("{*}title"))
    )
    assert entry.findtext("{*}title") == hostile and str(entry.findtext("{*}summary")).startswith(
        "&lt;img src=x onerror=alert(1)&gt; a wreck"
    )
    assert hostile in [i["title"] for i in json.loads(files["feed.json"])["items"]]


def test_a_corrected_record_is_updated_on_the_day_of_its_own_change(sample: Path) -> None:
    """Its entry keeps its id and its day of publication; no other entry is touched."""
    commit(sample, "import", "2026-12-01")
    before = {e.id: e for e in parsed(everything(Context.load(sample)), "feed.xml").entries}
    edit(sample, "objects", "Gerbera,19,21", "Gerbera,19,22")
    commit(sample, "correct", "2026-12-05")
    after = {e.id: e for e in parsed(everything(Context.load(sample)), "feed.xml").entries}
    assert set(before) == set(after)
    moved = [i for i in after if after[i].updated != before[i].updated]
    assert moved == [feeds.lasting_id("AIR-2025-0001")] and after[moved[0]].updated.startswith("2026-12-05")
    assert all(after[i].published == before[i].published for i in after)


def test_the_feed_of_changes_tells_added_changed_and_retired(sample: Path) -> None:
    """Newest version first, each record once a version, with the cell's old and new value; ids hold when more comes."""
    commit(sample, "import", "2026-12-01")
    edit(sample, "objects", "Gerbera,19,21", "Gerbera,19,22")
    commit(sample, "correct", "2026-12-05")
    first = {e.id for e in parsed(everything(Context.load(sample)), "changes.xml").entries}
    for path in (sample / "data").glob("*.csv"):
        path.write_text(
            "".join(x for x in path.read_text(encoding="utf-8").splitlines(True) if not x.startswith("AIR-2025-0003")), encoding="utf-8"
        )
    edit(sample, "retired", "AIR-2025-0004,", "AIR-2025-0003,2026-12-06,Synthetic reason.,AIR-2025-0001\nAIR-2025-0004,")
    commit(sample, "retire", "2026-12-06")
    files = everything(Context.load(sample))
    entries = parsed(files, "changes.xml").entries
    assert [e.title.split(":")[0] for e in entries[:2]] == ["Retired", "Changed"]
    assert (
        "Synthetic reason. See AIR-2025-0001." in entries[0].summary
        and "count_max of objects/AIR-2025-0001/1: 21 → 22" in entries[1].summary
    )
    assert first < {e.id for e in entries}
    assert [e.title.split(":")[0] for e in parsed(files, "countries/ROU/changes.xml").entries] == ["Retired", "Added"]
    assert not any("Changed" in e.title for e in parsed(files, "countries/DNK/changes.xml").entries)


def test_the_calendar_shows_the_days_of_incidents_whose_days_are_known(root: Path) -> None:
    """All-day events that end the day after the last, with a lasting id; windows, months and years are left out."""
    known = {r.id: r.row for r in context(root).collection.records if r.row["date_precision"] in ("day", "night", "span")}
    events = icalendar.Calendar.from_ical(published(root, SITE)["incidents.ics"]).walk("VEVENT")
    assert {str(e["uid"]).split("@")[0] for e in events} == set(known)
    for event in events:
        row = known[str(event["uid"]).split("@")[0]]
        assert (event.decoded("dtstart"), event.decoded("dtend")) == (
            date.fromisoformat(row["date_start"]),
            date.fromisoformat(row["date_end"]) + timedelta(days=1),
        )
        assert str(event["summary"]) == row["title"]


def test_every_calendar_is_read_without_a_fault(root: Path) -> None:
    """Each country's and category's too; lines are folded at 75 bytes and end in CRLF."""
    for path, data in published(root).items():
        if path.endswith(".ics"):
            calendar = icalendar.Calendar.from_ical(data)
            assert not calendar.errors and not any(e.errors for e in calendar.walk("VEVENT"))
            assert all(len(line) <= 75 for line in data.split(b"\r\n")) and b"\n" not in data.replace(b"\r\n", b"")


def test_the_present_time_never_enters_a_feed(root: Path) -> None:
    """Two makings of the same data are the same bytes, empty feeds included."""
    assert dict(feeds.files(loaded(root))) == dict(feeds.files(loaded(root)))
