"""Verifying a download against a commit, and making a release."""

from __future__ import annotations

import datetime as dt
import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from scripts.cli import main
from scripts.dataset import Dataset
from scripts.publish import archive, citation
from scripts.publish.context import Context
from scripts.release import VERSION, BadVersion, following, release
from scripts.schema import read_json
from scripts.verify import verify
from tests.helpers_publish import commit, edit


@pytest.fixture
def package(sample: Path) -> Path:
    """The sample committed, and the package that its build publishes."""
    commit(sample, "import")
    path = sample.parent / "airspace-incursion-record.zip"
    context = Context.load(sample)
    path.write_bytes(archive.package(context, archive.table_files(context.collection.dataset)))
    return path


def test_a_package_of_its_commit_is_confirmed_zipped_or_unpacked(sample: Path, package: Path) -> None:
    """Both forms in which people keep a download pass."""
    assert verify(package, sample, "HEAD") == []
    with zipfile.ZipFile(package) as zipped:
        zipped.extractall(sample.parent / "unpacked")
    assert verify(sample.parent / "unpacked", sample, "HEAD") == []


def test_a_package_of_another_commit_is_told_by_its_tables(sample: Path, package: Path) -> None:
    """The file that differs is named."""
    edit(sample, "incidents", "Synthetic wreck found", "Synthetic wreck seen")
    commit(sample, "correct")
    assert set(verify(package, sample, "HEAD")) == {"data/incidents.csv: differs from HEAD", "datapackage.json: differs from HEAD"}
    assert verify(package, sample, "HEAD~1") == []


@pytest.mark.parametrize("name", ["data/sources.csv", "README.md", "schema/incidents.json"])
def test_a_file_that_somebody_changed_is_found(sample: Path, package: Path, name: str) -> None:
    """Tables are held against the commit, everything against the sums."""
    with zipfile.ZipFile(package) as zipped:
        found = {n: zipped.read(n) for n in zipped.namelist()}
    found[name] += b"x"
    package.write_bytes(archive.zipped(found))
    assert any(line.startswith(f"{name}: its sum") for line in verify(package, sample, "HEAD"))


def test_a_file_that_was_slipped_in_or_taken_out_is_found(sample: Path, package: Path) -> None:
    """Neither more nor less than the package."""
    with zipfile.ZipFile(package) as zipped:
        found = {n: zipped.read(n) for n in zipped.namelist()}
    found["data/extra.csv"] = found.pop("data/sources.csv")
    package.write_bytes(archive.zipped(found))
    assert {"data/sources.csv: missing", "data/extra.csv: not of this package"} <= set(verify(package, sample, "HEAD"))


def test_the_verb_exits_with_one_and_one_line_for_what_cannot_be_read(sample: Path, package: Path, tmp_path: Path) -> None:
    """A commit that is not there, an option in its place, and a file that is no zip are sentences, not traces."""
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"no zip")
    for arguments in ([str(package), "no-such-tag"], [str(broken), "HEAD"]):
        done = CliRunner().invoke(main, ["verify", "--root", str(sample), *arguments])
        assert (done.exit_code, done.output.count("\n")) == (1, 1) and done.output.startswith("Error: ")
    assert CliRunner().invoke(main, ["verify", "--root", str(sample), str(package)]).exit_code == 0


@pytest.mark.parametrize(
    ("current", "day", "expected"),
    [
        ("2026.11.0", "2026-11-30", "2026.11.1"),
        ("2026.11.3", "2026-12-01", "2026.12.0"),
        ("2026.12.9", "2027-01-01", "2027.1.0"),
        ("2027.1.0", "2026-12-31", "2027.1.1"),
    ],
)
def test_the_next_version_counts_within_the_month(current: str, day: str, expected: str) -> None:
    """A new month begins at 0; a clock that is behind never makes an earlier version."""
    assert following(current, dt.date.fromisoformat(day)) == expected and VERSION.fullmatch(expected)


def test_a_release_sets_one_version_in_all_three_files(sample: Path) -> None:
    """Descriptor, CITATION.cff and .zenodo.json never disagree."""
    assert release(sample, "2099.1.0") == ["datapackage.json", *citation.FILES]
    assert read_json(sample / "datapackage.json")["version"] == json.loads((sample / ".zenodo.json").read_text())["version"] == "2099.1.0"
    assert "version: 2099.1.0" in (sample / "CITATION.cff").read_text()


@pytest.mark.parametrize("version", ["2020.1.0", "2099.01.0", "v2099.1.0", "2099.13.0", "2099.1"])
def test_a_version_that_is_none_is_refused(sample: Path, version: str) -> None:
    """An earlier one, a leading nought or letter, a thirteenth month."""
    before = (sample / "datapackage.json").read_bytes()
    with pytest.raises(BadVersion):
        release(sample, version)
    assert (sample / "datapackage.json").read_bytes() == before


def test_the_citation_files_in_the_repository_are_those_of_the_descriptor(root: Path) -> None:
    """CITATION.cff and .zenodo.json are generated from datapackage.json and nothing else."""
    repository = Path(__file__).resolve().parent.parent
    package = read_json(repository / "datapackage.json")
    assert (repository / "CITATION.cff").read_bytes() == citation.cff(package)
    assert (repository / ".zenodo.json").read_bytes() == citation.zenodo(package)


def test_a_table_that_changes_after_it_was_read_is_published_as_it_was_read(sample: Path) -> None:
    """What was checked is what is published: the file is taken as it stands only while it is the same."""
    dataset = Dataset.load(sample)
    before = archive.table_files(dataset)
    path = sample / "data" / "incidents.csv"
    assert before["data/incidents.csv"] == path.read_bytes()
    path.write_bytes(path.read_bytes().replace(b"Synthetic", b"Changed"))
    assert archive.table_files(dataset) == before
    path.unlink()
    assert archive.table_files(dataset) == before
