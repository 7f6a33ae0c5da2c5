"""`diff` says in plain words what a change does; what a proposal needs, `check`, `fix` and `new` say on the way."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from scripts.asof import commit_of, tree_as_of
from scripts.cli import main
from scripts.git import NoHistory


def git(root: Path, *arguments: str) -> str:
    who = {
        f"GIT_{w}_{k}": v
        for w in ("AUTHOR", "COMMITTER")
        for k, v in (("NAME", "t"), ("EMAIL", "t@example.org"), ("DATE", "2026-02-01T12:00:00Z"))
    }
    environment = {**os.environ, **who}
    return subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, check=True, env=environment).stdout.strip()


@pytest.fixture
def clone(sample: Path) -> Path:
    """The sample as a repository with one commit."""
    git(sample, "init", "-q", "-b", "main")
    git(sample, "add", ".")
    git(sample, "commit", "-q", "-m", "Import the sample")
    return sample


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(main, [str(a) for a in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def edit(root: Path, name: str, old: str, new: str) -> None:
    path = root / "data" / f"{name}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_correction_goes_from_spoiled_to_mended_to_told(clone: Path):
    """Spoil, check, mend, fix, diff: each step says what a stranger needs."""
    edit(clone, "incidents", ",probable,,inside", ",confrimed,,inside")
    code, said = run("check", "--root", clone)
    assert code == 1 and "Did you mean confirmed" in said
    edit(clone, "incidents", ",confrimed,,inside", ",refuted,,no")
    code, said = run("check", "--root", clone)
    assert code == 1 and "refuted" in said
    edit(clone, "objects", ",24,,,,,smuggler,", ",0,,,,,,")
    assert run("check", "--root", clone)[0] == 0
    assert run("fix", "--root", clone) == (0, "nothing to mend\n")
    code, said = run("diff", "HEAD", "--root", clone)
    assert code == 0
    assert "incidents existence: probable -> refuted" in said
    assert "Lithuania 2026: 1 -> 0 incidents, confirmed or probable" in said
    assert "changes.xml announces 1 changed" in said


def test_what_is_counted_is_what_changed_and_not_how_many_lines_tell_it(clone: Path):
    """One record with two cells and a new source is one record; nothing that stands as before is called solved."""
    edit(clone, "objects", ",19,21,", ",18,22,")
    edit(clone, "sources", "wire-nd-a,", "new-nd-a,https://wire.example.org/item/9,,Example Wire,agency,,,ro,\nwire-nd-a,")
    edit(clone, "citations", "AIR-2025-0001,wire-nd-a,", "AIR-2025-0001,new-nd-a,mon-pl,count\nAIR-2025-0001,wire-nd-a,")
    _, said = run("diff", "HEAD", "--root", clone)
    assert "Records changed (1)" in said and "Citations gained (1)" in said
    assert "solved" not in said and "New problems" not in said


def test_no_change_is_said_in_one_line(clone: Path):
    """Nothing to review."""
    assert run("diff", "HEAD", "--root", clone) == (0, "no change of the data\n")


def test_a_comment_of_hostile_values_is_inert(clone: Path):
    """Markdown in a value stays code: no link, no mention, no image."""
    edit(clone, "incidents", "Synthetic wreck found on a beach", "a `code` ![x](https://evil.example.org/x.png) @everyone")
    _, said = run("diff", "HEAD", "--root", clone, "--format", "markdown")
    line = next(x for x in said.splitlines() if "evil" in x and "->" in x)
    assert "``a `code` ![x](https://evil.example.org/x.png) @everyone``" in line


def test_json_names_every_cell(clone: Path):
    """Programs get field, old and new."""
    edit(clone, "objects", ",19,21,", ",19,22,")
    found = json.loads(run("diff", "HEAD", "--root", clone, "--format", "json")[1])
    change = found["modified"]["AIR-2025-0001"][0]
    assert (change["row"], change["field"], change["old"], change["new"]) == ("objects/AIR-2025-0001/1", "count_max", "21", "22")


def test_an_unknown_base_is_a_clear_error(clone: Path):
    """No traceback for a name that git does not know, or that looks like an option."""
    for base in ("no-such-branch", "--output=x"):
        result = CliRunner().invoke(main, ["diff", "--root", str(clone), "--", base])
        assert result.exit_code == 1
        assert "Error" in result.output


def test_the_record_can_be_read_as_it_stood(clone: Path):
    """Within the tree of an earlier commit the old value stands, and nothing is left behind."""
    edit(clone, "objects", ",19,21,", ",19,22,")
    git(clone, "commit", "-q", "-am", "Correct a count")
    with tree_as_of(clone, "HEAD~1"):
        assert ",19,21," in (Path(os.environ["AIR_ROOT"]) / "data" / "objects.csv").read_text(encoding="utf-8")
    assert "AIR_ROOT" not in os.environ
    assert git(clone, "worktree", "list").count("\n") == 0


def test_a_day_before_the_first_commit_is_a_clear_error(clone: Path):
    """The message says from when on there is something."""
    with pytest.raises(NoHistory, match="before the first commit, which is of 2026-02-01"):
        commit_of(clone, "2020-01-01")


def test_new_writes_rows_that_only_lack_words(clone: Path):
    """What `check` then asks for is the text, nothing else."""
    code, said = run(
        "new",
        "--root",
        clone,
        "--country",
        "ROU",
        "--date",
        "2025-11-25",
        "--category",
        "attack_drone",
        "--place",
        "Puiești",
        "--url",
        "https://news.example.org/vaslui",
        "--language",
        "ro",
    )
    assert code == 0 and "AIR-NEW-a" in said
    _, said = run("check", "--root", clone, "--proposal", "--format", "json")
    assert {p["rule"] for p in json.loads(said) if p["level"] == "error"} == {"unfinished"}


def test_new_refuses_what_it_does_not_know(clone: Path):
    """Each unknown code is named, with the nearest that is known."""
    code, said = run(
        "new",
        "--root",
        clone,
        "--country",
        "ROM",
        "--date",
        "2025-13-01",
        "--category",
        "drone",
        "--place",
        "x",
        "--url",
        "ftp://x.example.org",
        "--language",
        "Romanian",
    )
    assert code == 1
    assert (
        "Did you mean ROU" in said
        and "other_drone" in said
        and "not a day" in said
        and "http" in said
        and "not the code of a language" in said
    )
