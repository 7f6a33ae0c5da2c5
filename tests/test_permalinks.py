""" "Edit this record" leads to the record's own lines, in every table, at the commit that last touched it: checked against git."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from scripts.publish import permalinks
from scripts.publish.context import Context
from scripts.publish.pages import incident
from scripts.publish.pages.render import environment

from .helpers_publish import commit, edit, git

REPO = "https://forge.example.org/air/air"
FIRST, SECOND, THIRD = "AIR-2025-0001", "AIR-2025-0002", "AIR-2025-0003"
SOURCES = {FIRST: {"example-2025-09-10-a", "wire-nd-a"}, SECOND: {"example-2025-09-22-a", "example-2025-10-a"}, THIRD: {"wire-nd-a"}}


@pytest.fixture
def repository(sample: Path) -> dict[str, str]:
    """The sample imported; then a record that comes to stand above others; then a correction of one. Commits by what they touched."""
    made = {"import": commit(sample, "Import", "2026-01-10")}
    edit(
        sample,
        "objects",
        f"{FIRST},2,interceptor",
        f"{FIRST},2,interceptor,air_defence_missile,AIM-120,1,,,,POL,state,confirmed,,crashed,,,first\n{FIRST},3,interceptor",
    )
    edit(sample, "sources", "example-2025-09-10-a,", "aaa-nd-a,https://a.example.org/x,,A,agency,,,ro,\nexample-2025-09-10-a,")
    made["first"] = commit(sample, "Add an object to the first record", "2026-01-11")
    edit(sample, "incidents", "Synthetic wreck found", "Synthetic wreck seen")
    made["third"] = commit(sample, "Correct the third record", "2026-01-12")
    (sample / "README").write_text("no data\n", encoding="utf-8")
    return {**made, "head": commit(sample, "Write a text", "2026-01-13"), "root": str(sample)}


def context_of(repository: dict[str, str], repo: str = REPO) -> Context:
    """A build's context, on a site that names its repository or does not."""
    return replace(Context.load(Path(repository["root"])), repo_url=repo)


def shown(repository: dict[str, str], place: permalinks.Place) -> list[str]:
    """The lines behind a place's links, as git has them."""
    found = []
    for lines in place.lines:
        address = urlsplit(lines.url)
        at, path = re.fullmatch(r"/air/air/blob/([0-9a-f]{40})/(.+)", address.path).groups()
        numbers = [int(n) for n in re.findall(r"L(\d+)", address.fragment)]
        assert (address.query, path, numbers[0], numbers[-1]) == ("plain=1", place.path, lines.first, lines.last)
        found += git(Path(repository["root"]), "show", f"{at}:{path}").split("\n")[numbers[0] - 1 : numbers[-1]]
    return found


@pytest.mark.parametrize(("record", "touched"), [(FIRST, "first"), (SECOND, "import"), (THIRD, "third")])
def test_the_links_lead_to_every_line_of_the_record_and_to_no_other(repository: dict[str, str], record: str, touched: str):
    """At the commit that last touched it, which is not the newest; by the line numbers of that commit."""
    context, root = context_of(repository), Path(repository["root"])
    places = {p.path: p for p in permalinks.places(context, record)}
    assert permalinks.commit(context, record) == repository[touched]
    for path in sorted((root / "data").glob("*.csv")):
        name = path.relative_to(root).as_posix()
        rows = git(root, "show", f"{repository[touched]}:{name}").split("\n")
        own = [r for r in rows if (r.split(",")[0] in SOURCES[record] if path.stem == "sources" else r.startswith(f"{record},"))]
        if path.stem in ("retired", "searches", "exceptions"):
            own = []
        assert (shown(repository, places[name]) if name in places else []) == own, name
    for place in places.values():
        assert all(repository[touched] in x.url and repository["head"] not in x.url for x in place.lines)


def test_what_the_links_show_is_what_the_record_says_now(repository: dict[str, str]):
    """Since nothing touched it later, the old lines are those of today's files."""
    context, root = context_of(repository), Path(repository["root"])
    for record in (r.id for r in context.collection.records):
        for place in permalinks.places(context, record):
            today = (root / place.path).read_text(encoding="utf-8").split("\n")
            assert set(shown(repository, place)) <= set(today), record


def test_lines_that_follow_one_another_are_one_link(repository: dict[str, str]):
    """Three objects of a record are one range; sources that stand apart are a link each."""
    places = {p.path: p for p in permalinks.places(context_of(repository), FIRST)}
    assert [(x.first, x.last) for x in places["data/objects.csv"].lines] == [(2, 4)]
    assert [(x.first, x.last) for x in places["data/sources.csv"].lines] == [(3, 3), (6, 6)]


def test_the_page_shows_the_links_and_the_commits_of_its_history(repository: dict[str, str]):
    """Every link stands on the page; each step of the history carries its commit's message and address."""
    context = context_of(repository)
    page = html.unescape(incident.page(environment(context.collection), context, context.collection.by_id[FIRST], []).html)
    links = [x.url for p in permalinks.places(context, FIRST) for x in p.lines]
    assert len(links) >= 6 and all(f'href="{url}"' in page for url in links)
    for step, message in (("import", "Import"), ("first", "Add an object to the first record")):
        assert f'<a href="{REPO}/commit/{repository[step]}" rel="noopener">{message}</a>' in page


def test_a_later_commit_of_other_records_leaves_the_page_as_it_is(repository: dict[str, str]):
    """Rows above move the lines of today's files, and not the links."""
    root = Path(repository["root"])
    before = permalinks.places(context_of(repository), THIRD)
    edit(root, "locations", f"{FIRST},2,", f"{FIRST},2,seen,,,Chełm,,POL,,,settlement,,reported,\n{FIRST},3,")
    commit(root, "Add a place to the first record", "2026-01-14")
    assert permalinks.places(context_of(repository), THIRD) == before


def test_without_a_repository_or_a_history_there_are_no_links(repository: dict[str, str], tmp_path: Path):
    """A source archive, and a site that names no repository, say nothing that leads nowhere."""
    context = context_of(repository, "")
    assert permalinks.places(context, FIRST) == ()
    assert "Edit this record" not in incident.page(environment(context.collection), context, context.collection.by_id[FIRST], []).html
    bare = replace(context_of(repository), history=type(context.history)())
    assert permalinks.places(bare, FIRST) == () and permalinks.commit(bare, FIRST) == ""
