"""Every rule is held to a spoiled example; the mended one, the sample, passes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts import rules
from scripts.dataset import Dataset

BAD = Path(__file__).parent / "bad"


def spoil(root: Path, rule: str) -> dict:
    """Apply the edits of tests/bad/<rule>/edit.json to a copy of the sample."""
    example = json.loads((BAD / rule / "edit.json").read_text(encoding="utf-8"))
    for edit in example["edits"]:
        path = root / edit["file"]
        data = path.read_bytes()
        find, replace = edit["find"].encode(), edit["replace"].encode("utf-8", "surrogateescape")
        assert find in data, f"{rule}: {edit['find']!r} stands nowhere in {edit['file']}"
        path.write_bytes(data.replace(find, replace, 1))
    return example


def test_the_sample_breaks_no_rule(sample: Path):
    """The mended example of every rule has no error."""
    assert [str(p) for p in rules.check(Dataset.load(sample)) if p.level == "error"] == []


def test_every_rule_has_a_spoiled_example():
    """No rule without an example, no example without a rule."""
    names = {r.name for r in rules.all_rules()} | {"exceptions"}
    assert {p.name for p in BAD.iterdir() if p.is_dir()} == names


@pytest.mark.parametrize("name", sorted(p.name for p in BAD.iterdir() if p.is_dir()))
def test_a_spoiled_example_is_found_where_it_is_spoiled(name: str, sample: Path):
    """The rule names file, line and column of the fault, and says how to mend it."""
    before = set(rules.check(Dataset.load(sample)))
    example = spoil(sample, name)
    found = [p for p in rules.check(Dataset.load(sample)) if p.rule == name and p not in before]
    assert found, f"{name} did not notice"
    place = {f"{p.path}:{p.line}:{p.column}" for p in found}
    assert example["at"] in place
    assert all(p.remedy and p.expected for p in found)
    levels = {r.name: r.level for r in rules.all_rules()}
    assert {p.level for p in found} == {levels.get(name, "error")}


def test_the_real_tables_have_no_error(root: Path):
    """What is published passes its own check."""
    assert [str(p) for p in rules.check(Dataset.load(root)) if p.level == "error"] == []


def test_a_placeholder_is_a_warning_in_a_proposal(sample: Path):
    """A pull request may carry AIR-NEW-… ids."""
    spoil(sample, "placeholder")
    found = [p for p in rules.check(Dataset.load(sample), proposal=True) if p.rule == "placeholder"]
    assert [p.level for p in found] == ["warning"]


def test_an_exception_waives_one_rule_for_one_row(sample: Path):
    """A waived problem is not reported, and the exception is no error then."""
    spoil(sample, "outside")
    with (sample / "data" / "exceptions.csv").open("a", encoding="utf-8") as file:
        file.write("outside,locations/AIR-2025-0001/1,Synthetic reason.\n")
    assert [p for p in rules.check(Dataset.load(sample)) if p.level == "error"] == []
