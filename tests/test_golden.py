"""The published interface is a promise: paths, columns, keys and ids stay, or the schema version says that they changed."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from scripts.publish.feeds import lasting_id
from tests.conftest import copy_sample, run_build

GOLDEN = Path(__file__).parent / "golden"
BREAKING = "this is a breaking change: bump the schema version and write the migration note (docs/versions.md); then `python -m tests.test_golden` renews tests/golden"
SITE = "https://air.example.org/"

# What differs from record to record becomes a word, so that more records are no change of the interface.
_PATTERNS = (
    (r"AIR-\d{4}-\d{4,}", "<id>"),
    (r"(countries/)[A-Z]{3}\b", r"\1<iso3>"),
    (r"(operators/)[^/]+(?=/)", r"\1<party>"),
    (r"(years/)\d{4}(?=/)", r"\1<yyyy>"),
    (r"(categories/)[a-z_]+(?=/|\.json)", r"\1<category>"),
    (r"(terms/)[a-z_]+(?=\.csv|\.json)", r"\1<vocabulary>"),
    (r"(deltas/)[^/]+", r"\1<release>"),
    (r"(changes/)\d+", r"\1<number>"),
)


def pattern(path: str) -> str:
    """A published path with its changing parts named."""
    for old, new in _PATTERNS:
        path = re.sub(old, new, path)
    return path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's whole site, with an address."""
    base = tmp_path_factory.mktemp("golden")
    done = run_build(base / "site", AIR_ROOT=str(copy_sample(base / "root")), SITE_URL=SITE)
    assert done.returncode == 0, done.stderr
    return base / "site"


def paths(site: Path) -> list[str]:
    """Patterns of everything published, the theme's own files apart."""
    own = (p.relative_to(site).as_posix() for p in site.rglob("*") if p.is_file())
    return sorted({pattern(p) for p in own if not p.startswith("assets/") or p.startswith("assets/explore/records")})


def columns(site: Path) -> dict[str, list[str]]:
    """The header of every published CSV table, vocabularies among them."""
    found = {}
    for path in sorted((site / "data").rglob("*.csv")):
        text = path.read_text(encoding="utf-8-sig")
        found[path.relative_to(site).as_posix()] = next(csv.reader(io.StringIO(text)))
    return found


def keys(value: Any, at: str = "") -> set[str]:
    """Every path of keys in a JSON value with the kind of what stands there; list items are `[]`."""
    if isinstance(value, dict):
        return {k for name, part in value.items() for k in keys(part, f"{at}.{name}" if at else name)}
    if isinstance(value, list):
        return {k for part in value for k in keys(part, f"{at}[]")} or {f"{at}[]"}
    return {at}


def json_keys(site: Path) -> dict[str, list[str]]:
    """Keys of the API, of the whole record as JSON, and of the feeds."""
    records = sorted((site / "api/v1/incidents").glob("*.json"))
    found = {"api/v1/incidents/<id>.json": sorted({k for p in records for k in keys(json.loads(p.read_bytes()))})}
    for name in (
        "api/v1/incidents.json",
        "api/v1/changes.json",
        "data/incidents.json",
        "data/incidents.geojson",
        "feed.json",
        "changes.json",
    ):
        found[name] = sorted(keys(json.loads((site / name).read_bytes())))
    for name in ("retired", "countries", "categories"):
        files = sorted((site / f"api/v1/{name}").glob("*.json"))
        found[f"api/v1/{name}/<id>.json"] = sorted({k for p in files for k in keys(json.loads(p.read_bytes()))})
    return found


def feed_ids(site: Path) -> dict[str, str]:
    """The Atom id of each entry of the feed by its address, and of the feed itself."""
    atom = "{http://www.w3.org/2005/Atom}"
    feed = ElementTree.parse(site / "feed.xml").getroot()
    entries = {e.find(f"{atom}link").get("href").removeprefix(SITE): e.findtext(f"{atom}id") for e in feed.iter(f"{atom}entry")}
    return {"feed.xml": feed.findtext(f"{atom}id"), **dict(sorted(entries.items()))}


KINDS = {"paths": paths, "columns": columns, "json_keys": json_keys, "feed_ids": feed_ids}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_published_keeps_its_shape(kind: str, built: Path):
    """No path, column, key or feed id of the golden list is gone, moved or renamed."""
    golden, now = json.loads((GOLDEN / f"{kind}.json").read_text(encoding="utf-8")), KINDS[kind](built)
    assert lost(golden, now) == [], BREAKING


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_new_stands_in_the_golden_list(kind: str, built: Path):
    """An addition breaks nobody, but is a promise from now on, so it is written down."""
    golden, now = json.loads((GOLDEN / f"{kind}.json").read_text(encoding="utf-8")), KINDS[kind](built)
    assert lost(now, golden) == [], "published, but not in tests/golden: `python -m tests.test_golden` adds it, and it is then a promise"


def lost(before: Any, now: Any, at: str = "") -> list[str]:
    """What stands in `before` and not in `now`; for columns their order counts, since readers take them by position."""
    if isinstance(before, dict):
        return [x for k, v in before.items() for x in ([f"{at}{k}"] if k not in now else lost(v, now[k], f"{at}{k}: "))]
    if isinstance(before, list):
        gone = [f"{at}{x}" for x in before if x not in now]
        return gone or ([f"{at}order"] if [x for x in now if x in before] != before else [])
    return [] if before == now else [f"{at}{before} -> {now}"]


def test_the_comparison_sees_each_kind_of_break():
    """A lost path, a moved column, a renamed key and another id are all told."""
    assert lost(["a", "b"], ["a"]) == ["b"]
    assert lost({"t": ["a", "b"]}, {"t": ["b", "a"]}) == ["t: order"]
    assert lost({"t": ["a", "b"]}, {"t": ["a", "new", "b"]}) == []
    assert lost({"r": ["x.y"]}, {"r": ["x.z"]}) == ["r: x.y"]
    assert lost({"e": "urn:1"}, {"e": "urn:2"}) == ["e: urn:1 -> urn:2"]


def test_an_entry_keeps_its_id_for_ever():
    """Feed readers know an entry by this very name, whatever becomes of title and address."""
    assert (
        lasting_id("AIR-2026-0012") == "urn:uuid:" + json.loads((GOLDEN / "lasting_id.json").read_text(encoding="utf-8"))["AIR-2026-0012"]
    ), BREAKING


def renew(site: Path) -> None:
    """Write the golden files as the code publishes now."""
    GOLDEN.mkdir(exist_ok=True)
    for kind, make in KINDS.items():
        (GOLDEN / f"{kind}.json").write_text(json.dumps(make(site), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (GOLDEN / "lasting_id.json").write_text(
        json.dumps({"AIR-2026-0012": lasting_id("AIR-2026-0012").removeprefix("urn:uuid:")}) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        result = run_build(Path(name) / "site", AIR_ROOT=str(copy_sample(Path(name) / "root")), SITE_URL=SITE)
        if result.returncode:
            sys.exit(result.stderr)
        renew(Path(name) / "site")
    print(f"wrote {', '.join(sorted(p.name for p in GOLDEN.glob('*.json')))}; read the difference before you commit it")
