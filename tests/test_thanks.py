"""Who wants it is thanked by name on the page of changes; a name is anybody's text and can be nothing but a name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from scripts import thanks
from scripts.cli import main
from scripts.propose import propose
from scripts.publish.context import Context
from scripts.publish.pages import bodies
from scripts.publish.pages.render import environment
from scripts.versions import history

from .helpers_publish import commit, edit, git
from .test_propose import body, tables_of

HOSTILE = (
    "@everyone",
    "<b>x</b>",
    "[x](https://evil.example.org)",
    "see #1",
    "www.evil.example",
    "a\u202eb",
    "a\u200bb",
    "`id`",
    "$(id)",
    "-" * 5,
    "x" * 61,
    "a, b",
    "Thanks: x",
    "x\u0000",
    "![x](y)",
    "a/b",
    "=1+1",
)


def changes_page(root: Path) -> str:
    """The page of changes of a repository."""
    context = Context.load(root)
    return bodies.body(environment(context.collection), context, "changes", "changes/", "").html


@pytest.fixture
def corrected(sample: Path) -> Path:
    """The sample with its import committed, and a correction that waits for its commit."""
    commit(sample, "Import", "2026-01-10")
    edit(sample, "incidents", "Synthetic wreck found", "Synthetic wreck seen")
    return sample


def test_the_page_of_changes_thanks_whom_a_commit_names(corrected: Path):
    """Beside the version that the correction made, and not beside another."""
    commit(corrected, "Correct a title\n\nA second paragraph.\n\nThanks: Zoë O’Neill-Ćwik\nThanks: 李小龍", "2026-01-11")
    assert [v.thanks for v in history(corrected).versions] == [(), ("Zoë O’Neill-Ćwik", "李小龍")]
    assert changes_page(corrected).count("Thanks to Zoë O’Neill-Ćwik, 李小龍.") == 1


def test_thanks_in_a_merged_proposal_stand_beside_its_merge(corrected: Path):
    """The commit that asks for thanks is not on the main line; what others merged meanwhile is not thanked for again."""
    git(corrected, "checkout", "--quiet", "-b", "proposal")
    commit(corrected, "Propose what issue #7 states\n\nThanks: Ann Example", "2026-01-11")
    git(corrected, "checkout", "--quiet", "main")
    git(corrected, "merge", "--quiet", "--no-ff", "--message", "Merge pull request #8", "proposal", day="2026-01-12")
    edit(corrected, "objects", ",19,21,", ",19,22,")
    commit(corrected, "Correct a count\n\nThanks: Bo", "2026-01-13")
    assert [v.thanks for v in history(corrected).versions] == [(), ("Ann Example",), ("Bo",)]


def test_a_line_that_a_forge_adds_after_ours_takes_no_thanks_away():
    """Squashing adds authors in a paragraph of their own, and lists the messages of the branch."""
    assert list(thanks.named("Squash (#3)\n\n* Propose\n\nThanks: Ann Example\n\nCo-authored-by: B <b@example.org>")) == ["Ann Example"]
    assert list(thanks.named("Correct\r\n\r\nThanks: Ann Example\r\nSigned-off-by: B <b@example.org>\r\n")) == ["Ann Example"]


def test_prose_thanks_nobody():
    """Only a line by itself, or among its like, is meant for the page."""
    assert list(thanks.named("Correct\n\nThanks: to the archive this was found\nin an old paper.")) == []
    assert list(thanks.named("Say Thanks: Ann")) == []


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_name_is_not_printed_whoever_wrote_it(name: str, corrected: Path):
    """A commit's message comes from a fork; markup, mentions and marks that turn text round are left out."""
    assert thanks.fault_of(name)
    assert list(thanks.named(f"Correct\n\nThanks: {name}")) == []


def test_the_name_of_a_form_ends_the_message_of_its_commit(sample: Path, tmp_path: Path):
    """What the workflow hands to git is read again by the page of changes."""
    event, answer, message = tmp_path / "event.json", tmp_path / "answer.md", tmp_path / "message.txt"
    event.write_text(json.dumps({"issue": {"number": 41, "body": body(Name_to_thank="  Ann   Example ")}}), encoding="utf-8")
    done = CliRunner().invoke(main, ["propose", str(event), "--root", str(sample), "--answer", str(answer), "--message", str(message)])
    assert done.exit_code == 0, done.output
    assert message.read_text(encoding="utf-8") == "Propose what issue #41 states\n\nThanks: Ann Example\n"
    assert list(thanks.named(message.read_text(encoding="utf-8"))) == ["Ann Example"]


def test_without_a_name_nobody_is_thanked(sample: Path, tmp_path: Path):
    """The question may be left out, or stay empty."""
    message = tmp_path / "message.txt"
    (tmp_path / "event.json").write_text(
        json.dumps({"issue": {"number": 41, "body": body(Name_to_thank="_No response_")}}), encoding="utf-8"
    )
    CliRunner().invoke(
        main, ["propose", str(tmp_path / "event.json"), "--root", str(sample), "--answer", str(tmp_path / "a"), "--message", str(message)]
    )
    assert message.read_text(encoding="utf-8") == "Propose what issue #41 states\n"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_form_with_a_name_that_is_none_is_answered_and_changes_nothing(name: str, sample: Path):
    """The answer says what a name may hold."""
    before = tables_of(sample)
    assert "“Name to thank”: expected a name" in "\n".join(propose(sample, body(Name_to_thank=name)).faults)
    assert tables_of(sample) == before
