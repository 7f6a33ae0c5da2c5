"""What happened between two commits is kept, and what is kept is what would be read again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scripts import steps, versions
from scripts.git import Reader
from scripts.publish.context import Context
from scripts.publish.pages import tombstone
from scripts.publish.pages.render import environment
from scripts.versions import History

from .helpers_publish import commit, edit

FIRST, THIRD = "AIR-2025-0001", "AIR-2025-0003"


@pytest.fixture
def repository(sample: Path) -> Path:
    """The sample in git: imported, a title corrected, a text committed, an outcome corrected."""
    commit(sample, "Import", "2026-01-10")
    edit(sample, "incidents", "Synthetic wreck found", "Synthetic wreck seen")
    commit(sample, "Correct a title", "2026-01-11")
    (sample / "README").write_text("no data\n", encoding="utf-8")
    commit(sample, "Write a text", "2026-01-12")
    edit(sample, "objects", f"{FIRST},2,interceptor", f"{FIRST},3,interceptor")
    commit(sample, "Renumber an object", "2026-01-13")
    return sample


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in which steps are kept."""
    made = tmp_path / "steps"
    made.mkdir()
    monkeypatch.setattr(steps, "cache_folder", lambda name: made)
    return made


def test_a_kept_history_is_the_one_that_git_tells(repository: Path, folder: Path, monkeypatch: pytest.MonkeyPatch):
    """Whether nothing is kept yet, all is, or nothing can be."""
    cold = versions.history(repository)
    assert [v.subject for v in cold.versions] == ["Import", "Correct a title", "Renumber an object"]
    assert len(list(folder.glob("*.json"))) == 3
    assert versions.history(repository) == cold
    monkeypatch.setattr(steps, "cache_folder", lambda name: None)
    assert versions.history(repository) == cold


def test_what_is_kept_is_not_read_again(repository: Path, folder: Path, monkeypatch: pytest.MonkeyPatch):
    """A build after one more commit reads that commit's tables and those before it, however long the history is."""
    versions.history(repository)
    edit(repository, "incidents", "Synthetic wreck seen", "Synthetic wreck met")
    last = commit(repository, "Correct it again", "2026-01-14")
    read: list[str] = []
    whole = Reader.dataset

    def dataset(self: Reader, at: str) -> object:
        read.append(at)
        return whole(self, at)

    monkeypatch.setattr(Reader, "dataset", dataset)
    found = versions.history(repository)
    assert len(read) == 2 and read[1] == last == found.versions[-1].commit and read[0] == found.versions[-2].commit


@pytest.mark.parametrize(
    "spoil", [lambda data: data[: len(data) // 2], lambda _: b"{}", lambda _: b"[]", lambda d: d.replace(b"title", b"titel")]
)
def test_a_kept_file_that_cannot_be_understood_is_made_again(repository: Path, folder: Path, spoil: Callable[[bytes], bytes]):
    """A torn or foreign file costs time, never a version."""
    cold = versions.history(repository)
    for path in folder.glob("*.json"):
        path.write_bytes(spoil(path.read_bytes()))
    assert versions.history(repository) == cold
    assert versions.history(repository) == cold


def test_a_record_stands_as_its_version_left_it(repository: Path, folder: Path):
    """A later version tells of the records that it touched alone, and with the title of that time."""
    found: History = versions.history(repository)
    assert (
        len(found.versions[0].standings) == 4
        and set(found.versions[1].standings) == {THIRD}
        and set(found.versions[2].standings) == {FIRST}
    )
    assert found.versions[0].standings[THIRD].title.startswith("Synthetic wreck found")
    assert found.versions[1].standings[THIRD].title.startswith("Synthetic wreck seen")
    stood = found.versions[2].standings[FIRST]
    assert stood.country and stood.categories and {path for path, _ in stood.lines} >= {"data/incidents.csv", "data/sources.csv"}


def test_a_tombstone_names_the_record_by_its_last_title(repository: Path):
    """Who follows an old link sees what it was about."""
    for path in (repository / "data").glob("*.csv"):
        lines = [line for line in path.read_text(encoding="utf-8").split("\n") if THIRD not in line]
        path.write_text("\n".join(lines), encoding="utf-8", newline="")
    edit(repository, "retired", "AIR-2025-0004,", f"{THIRD},2026-01-14,Synthetic reason.,\nAIR-2025-0004,")
    commit(repository, "Retire a record", "2026-01-14")
    context = Context.load(repository)
    (row,) = (r for r in context.collection.retired if r["id"] == THIRD)
    assert "Synthetic wreck seen" in tombstone.page(environment(context.collection), context, row).html
    (never,) = (r for r in context.collection.retired if r["id"] != THIRD)
    assert "title was" not in tombstone.page(environment(context.collection), context, never).html


def test_tables_of_long_ago_do_not_stay_in_memory(repository: Path):
    """Else a long history would hold every state of every table at once."""
    commits = [v.commit for v in versions.history(repository).versions]
    with Reader(repository) as reader:
        sizes = [reader.dataset(c) and len(reader.tables) for c in (*commits, *commits)]
    assert len(set(sizes)) == 1
