"""Two proposals never keep one number: what the queue is about to merge is refused, and `fix --against` mints anew."""

from __future__ import annotations

import csv
import subprocess
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from scripts.cli import main
from scripts.dataset import Dataset

from .conftest import REPOSITORY
from .helpers_publish import commit, edit, git

NEXT, AFTER = "AIR-2026-0002", "AIR-2026-0003"


def run(*arguments: object) -> tuple[int, str]:
    """A verb's exit code and what it says."""
    result = CliRunner().invoke(main, [str(a) for a in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def add(root: Path, place: str, day: str) -> None:
    """Add a complete record under a placeholder, at a place and day of its own."""
    rows = {
        "incidents": [
            "AIR-NEW-a",
            f"Synthetic thing near {place}",
            "LTU",
            "",
            day,
            day,
            "day",
            *[""] * 4,
            "probable",
            "",
            "unknown",
            *[""] * 4,
            "none",
            *[""] * 5,
            "",
            "Synthetic record for tests.",
            "2026-02-03",
        ],
        "objects": ["AIR-NEW-a", "1", "intruder", "balloon", *[""] * 6, "unknown", "unknown", "", "lost", "", "", ""],
        "locations": ["AIR-NEW-a", "1", "seen", "", "", place, "", "LTU", "", "", "settlement", "", "reported", ""],
        "citations": ["AIR-NEW-a", "wire-nd-a", "vsat-lt", "date;place;existence;entry;object;outcome"],
    }
    for name, cells in rows.items():
        with (root / "data" / f"{name}.csv").open("a", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerow(cells)


def propose(root: Path, branch: str, place: str, day: str) -> None:
    """A branch off main with one new record, whose number was minted there."""
    git(root, "checkout", "--quiet", "-b", branch, "main")
    add(root, place, day)
    assert f"AIR-NEW-a is now {NEXT}" in run("fix", "--root", root)[1]
    assert run("check", "--root", root)[0] == 0
    commit(root, f"Add {place}")


@pytest.fixture
def queue(sample: Path) -> Path:
    """Two proposals that both minted the next number; the first is merged, the second is checked out."""
    commit(sample, "Import")
    propose(sample, "first", "Alytus", "2026-01-20")
    propose(sample, "second", "Biržai", "2026-01-10")
    git(sample, "checkout", "--quiet", "main")
    git(sample, "merge", "--quiet", "--no-ff", "--message", "Merge the first", "first")
    git(sample, "checkout", "--quiet", "second")
    return sample


def merge_group(root: Path) -> subprocess.CompletedProcess[str]:
    """What a queue tries: main with the proposal merged into it."""
    git(root, "checkout", "--quiet", "-B", "group", "main")
    return subprocess.run(
        ["git", "-C", str(root), "-c", "user.name=t", "-c", "user.email=t@example.org", "merge", "--no-edit", "second"],
        capture_output=True,
        text=True,
        check=False,
    )


def keep_both_sides(root: Path) -> None:
    """Let git resolve every conflict as a hasty hand does."""
    (root / ".git" / "info").mkdir(exist_ok=True)
    (root / ".git" / "info" / "attributes").write_text("data/*.csv merge=union\n", encoding="utf-8")


def test_a_queue_cannot_merge_the_second_of_two_alike_numbers_by_itself(queue: Path):
    """Rows are sorted by id, so the two stand at one place, and git asks a person."""
    done = merge_group(queue)
    assert done.returncode == 1 and "CONFLICT" in done.stdout and "data/incidents.csv" in done.stdout


def test_a_merge_that_kept_both_rows_fails_the_check_with_the_way_out(queue: Path):
    """The error names the number, the line and the command; the group is not merged."""
    keep_both_sides(queue)
    assert merge_group(queue).returncode == 0
    code, said = run("check", "--root", queue)
    assert code == 1
    assert f"data/incidents.csv:7:id: unique-key: '{NEXT}'" in said and "fix --against main" in said


def test_the_command_mints_the_later_proposal_anew_and_both_records_are_merged(queue: Path):
    """Every row of the second record moves to the next free number; the first keeps its own."""
    code, said = run("fix", "--root", queue, "--against", "main")
    assert code == 0 and f"{NEXT} is now {AFTER}" in said
    assert run("fix", "--root", queue, "--against", "main") == (0, "nothing to mend\n")
    commit(queue, "Mint anew")
    keep_both_sides(queue)
    assert merge_group(queue).returncode == 0
    run("fix", "--root", queue)
    assert run("check", "--root", queue)[0] == 0
    places = {r["incident_id"]: r["place"] for r in Dataset.load(queue).typed("locations")}
    assert (places[NEXT], places[AFTER]) == ("Alytus", "Biržai")


def test_a_placeholder_is_minted_past_the_numbers_of_the_branch_that_it_is_for(queue: Path):
    """A proposal that waited takes the number that is free now, not the one that was free when it parted."""
    git(queue, "checkout", "--quiet", "-B", "third", "main~1")
    add(queue, "Kelmė", "2026-01-12")
    assert f"AIR-NEW-a is now {AFTER}" in run("fix", "--root", queue, "--against", "main")[1]


def test_a_number_that_was_retired_meanwhile_is_minted_anew_too(queue: Path):
    """A retired id never comes to mean another event."""
    git(queue, "checkout", "--quiet", "main")
    git(queue, "revert", "--no-edit", "--mainline", "1", "HEAD")
    (queue / "data" / "retired.csv").write_text(
        (queue / "data" / "retired.csv").read_text(encoding="utf-8") + f"{NEXT},2026-02-04,Synthetic reason.,\n", encoding="utf-8"
    )
    commit(queue, "Retire the first")
    git(queue, "checkout", "--quiet", "second")
    assert f"{NEXT} is now {AFTER}" in run("fix", "--root", queue, "--against", "main")[1]


def test_what_both_branches_have_alike_or_only_corrected_is_left_alone(queue: Path):
    """A record brought over from main keeps its number, and so does an old one that the proposal corrects."""
    git(queue, "checkout", "--quiet", "-B", "fourth", "main~1")
    git(queue, "cherry-pick", "first")
    edit(queue, "objects", ",19,21,", ",19,22,")
    edit(queue, "incidents", "Synthetic wreck found", "Synthetic wreck seen")
    assert run("fix", "--root", queue, "--against", "main") == (0, "nothing to mend\n")


def test_an_unknown_branch_is_a_clear_error(queue: Path):
    """Nothing is minted against a name that git does not know."""
    code, said = run("fix", "--root", queue, "--against", "no-such-branch")
    assert code == 1 and "no-such-branch" in said


def test_the_check_runs_on_what_the_queue_is_about_to_merge_and_admits_no_placeholder_there():
    """Only a pull request may carry AIR-NEW-…"""
    workflow = yaml.safe_load((REPOSITORY / ".github" / "workflows" / "check.yml").read_text(encoding="utf-8"))
    # YAML 1.1 reads the key `on` as true.
    assert "merge_group" in workflow[True]
    steps = workflow["jobs"]["test"]["steps"]
    check = next(s for s in steps if "scripts check" in s.get("run", ""))
    assert check["env"]["PROPOSAL"] == "${{ github.event_name == 'pull_request' && '--proposal' || '' }}"
    mint = next(s for s in steps if s.get("run") == "make fix")
    assert mint["if"] == "github.event_name == 'pull_request'" and steps.index(check) < steps.index(mint)
