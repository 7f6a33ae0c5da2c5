"""An issue form becomes changed rows, or one helpful answer; a hostile one does nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from scripts import rules
from scripts.cli import main
from scripts.dataset import Dataset
from scripts.propose import fields_of, propose

FORM = {
    "Record": "AIR-2025-0001",
    "Table": "objects",
    "Row": "1",
    "Field": "count_max",
    "Right value": "23",
    "Address of the page that states it": "https://other.example.org/drones",
    "Publisher": "Other News",
    "Whose word it is": "_No response_",
    "Language": "pl",
    "What it changes": "More than was said.",
}


def body(**changes: str) -> str:
    """A recorded issue body, as GitHub writes a form's answers."""
    answers = {**FORM, **{k.replace("_", " "): v for k, v in changes.items()}}
    return "\n\n".join(f"### {heading}\n\n{answer}" for heading, answer in answers.items())


def tables_of(root: Path) -> dict[str, bytes]:
    return {str(p): p.read_bytes() for p in sorted((root / "data").rglob("*.csv"))}


def test_a_correction_changes_the_cell_and_cites_the_page(sample: Path):
    """The value, the new source and its citation are there, and nothing is wrong with them."""
    outcome = propose(sample, body())
    assert (outcome.record, outcome.faults) == ("AIR-2025-0001", [])
    dataset = Dataset.load(sample)
    objects = dataset["objects"]
    assert objects[(objects["incident_id"] == "AIR-2025-0001") & (objects["object"] == "1")]["count_max"].item() == "23"
    source = dataset["sources"][dataset["sources"]["url"] == "https://other.example.org/drones"]["id"].item()
    cited = dataset["citations"][dataset["citations"]["source_id"] == source]
    assert cited[["incident_id", "origin", "supports"]].values.tolist() == [["AIR-2025-0001", "othernews", "object/1"]]
    assert [p for p in rules.check(dataset) if p.level == "error"] == []


def test_a_missing_incident_becomes_a_placeholder_record(sample: Path):
    """Rows in every table, under an id that is minted at merge."""
    answers = {
        "Country": "ROU",
        "Day": "2025-11-25",
        "Kind of object": "attack_drone",
        "Place": "Puiești",
        "Address of the page that states it": "https://other.example.org/vaslui",
        "Language": "ro",
        "Publisher": "Other News",
    }
    outcome = propose(sample, "\n\n".join(f"### {heading}\n\n{answer}" for heading, answer in answers.items()))
    assert outcome.faults == []
    assert outcome.record == "AIR-NEW-a"
    dataset = Dataset.load(sample)
    for table in ("objects", "locations", "citations"):
        assert "AIR-NEW-a" in set(dataset[table]["incident_id"])


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"Record": "AIR-2025-9999"}, "no record"),
        ({"Table": "sources"}, "no table"),
        ({"Field": "count_mx"}, "Did you mean count_max"),
        ({"Row": "7"}, "has rows 1, 2"),
        ({"Right_value": "many"}, "a plain integer"),
        ({"Right_value": "3"}, "range"),
        ({"Address_of_the_page_that_states_it": "javascript:alert(1)"}, "http"),
        ({"Field": "incident_id", "Right_value": "AIR-2025-0002"}, "no field"),
        ({"Table": "incidents", "Field": "summary", "Right_value": "=HYPERLINK(1)"}, "spreadsheet"),
        ({"Table": "incidents", "Field": "summary", "Right_value": "x<script>alert(1)</script>"}, "without < and >"),
        ({"Record": "../../etc/passwd"}, "no record"),
        ({"Record": ""}, "“Record” is empty"),
        ({"Language": "_No response_"}, "“Language” is empty"),
    ],
)
def test_an_ill_formed_or_hostile_form_changes_nothing_and_says_why(sample: Path, changes: dict[str, str], says: str):
    """The answer names what was not understood; the tables stay byte for byte."""
    before = tables_of(sample)
    outcome = propose(sample, body(**changes))
    assert says in "\n".join(outcome.faults)
    assert tables_of(sample) == before


@pytest.mark.parametrize("text", ["", "hello", "### Record", "### " * 5000, "\0\u202e", "### Record\n\n$(rm -rf /)\n\n### Day\n\n`id`"])
def test_free_text_does_nothing(sample: Path, text: str):
    """Whatever is written, nothing is run and nothing lands."""
    before = tables_of(sample)
    assert propose(sample, text).faults
    assert tables_of(sample) == before


def test_a_heading_inside_free_text_does_not_overrule_an_answer():
    """The first answer to a question counts."""
    assert fields_of(body() + "\n\n### Record\n\nAIR-2025-0002")["Record"] == "AIR-2025-0001"


def test_the_verb_reads_an_event_and_writes_one_answer(sample: Path, tmp_path: Path):
    """As the workflow calls it: exit 0 and the record, or exit 2 and a comment."""
    event, answer = tmp_path / "event.json", tmp_path / "answer.md"
    event.write_text(json.dumps({"issue": {"body": body(Field="nonsense")}}), encoding="utf-8")
    result = CliRunner().invoke(main, ["propose", str(event), "--root", str(sample), "--answer", str(answer)])
    assert result.exit_code == 2
    assert "no field 'nonsense'" in answer.read_text(encoding="utf-8")
    event.write_text(json.dumps({"issue": {"body": body()}}), encoding="utf-8")
    result = CliRunner().invoke(main, ["propose", str(event), "--root", str(sample), "--answer", str(answer)])
    assert (result.exit_code, result.output.strip()) == (0, "AIR-2025-0001")
