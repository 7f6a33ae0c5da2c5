"""The command line as people and programs use it."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from scripts.cli import main
from scripts.examples import spoil

from .helpers_publish import edit


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(main, [str(a) for a in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def test_check_says_place_rule_value_expectation_and_remedy(sample: Path):
    """The first line can be clicked in an editor; the second says what to do."""
    spoil(sample, "terms")
    code, output = run("check", "--root", sample)
    assert code == 1
    assert "data/incidents.csv:2:existence: terms: 'confrimed', expected one of" in output
    assert "Did you mean confirmed" in output


def test_check_of_a_sound_tree_succeeds(sample: Path):
    """Warnings alone do not fail it."""
    code, output = run("check", "--root", sample)
    assert code == 0
    assert "0 errors" in output


def test_check_for_programs_is_json(sample: Path):
    """Each problem is an object with its place."""
    spoil(sample, "outside")
    code, output = run("check", "--root", sample, "--format", "json")
    assert code == 1
    assert {"path", "line", "column", "rule", "value", "expected", "remedy", "level"} <= set(json.loads(output)[0])


def test_a_form_is_told_by_an_example_and_not_by_its_pattern(sample: Path):
    """A contributor need not read regular expressions."""
    edit(sample, "incidents", ",23:30,06:30,", ",23h30,06:30,")
    edit(sample, "sources", "newspaper,2025-09-22,", "newspaper,22.9.2025,")
    _, said = run("check", "--root", sample, "--errors")
    assert "'23h30', expected a form such as 20:15" in said
    assert "'22.9.2025', expected a form such as 2026-03-09" in said


def test_errors_stand_last_and_alone_where_that_is_wanted(sample: Path):
    """What keeps a change from being taken is what a terminal shows when the check has ended."""
    edit(sample, "incidents", ",probable,,inside", ",confrimed,,inside")
    _, said = run("check", "--root", sample)
    *_, warned, _, faulty, _, counted = said.splitlines()
    assert "warning: one-origin" in warned and "terms: 'confrimed'" in faulty and counted == "1 errors, 3 warnings"
    _, said = run("check", "--root", sample, "--errors")
    assert said.count("\n") == 3 and "warning: " not in said and said.endswith("1 errors, 3 warnings\n")


def test_an_annotation_cannot_be_ended_by_a_cell(sample: Path):
    """A hostile value stays inside the message of its workflow command."""
    path = sample / "data" / "incidents.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("Synthetic drone crosses a border", "x%0A::error::pwned"), encoding="utf-8")
    _, output = run("check", "--root", sample, "--format", "github")
    assert all(line.startswith(("::error file=", "::warning file=")) for line in output.splitlines())


def test_a_broken_schema_is_a_clear_error(sample: Path):
    """No traceback: file, line and column of the fault."""
    (sample / "schema" / "incidents.json").write_text('{"fields": [\n oops', encoding="utf-8")
    code, output = run("check", "--root", sample)
    assert code == 1
    assert "incidents.json:2:" in output


def test_fix_says_what_it_did(sample: Path):
    """A line for each file, or that there was nothing."""
    assert run("fix", "--root", sample) == (0, "nothing to mend\n")
