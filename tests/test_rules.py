"""Every rule is held to its example on the rules page: spoiled it is found, and no other rule speaks; mended nothing is."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scripts import examples, rules
from scripts.dataset import Dataset
from scripts.problem import Problem
from scripts.publish.context import Context
from scripts.publish.pages import bodies
from scripts.publish.pages.render import environment
from scripts.rules import links, types


def places(problems: list[Problem]) -> set[tuple[str, str, int]]:
    """The rules that speak, and of which line."""
    return {(p.rule, p.path, p.line) for p in problems}


@pytest.fixture(scope="module")
def shown() -> dict[str, examples.Example]:
    """What the rules page shows, by rule."""
    return examples.examples()


@pytest.fixture(scope="module")
def real(root: Path) -> Dataset:
    """The real tables, for their columns."""
    return Dataset.load(root)


def test_the_sample_breaks_no_rule(sample: Path):
    """The mended example of every rule has no error."""
    assert [str(p) for p in rules.check(Dataset.load(sample)) if p.level == "error"] == []


def test_every_rule_has_an_example():
    """No rule without an example, no example without a rule."""
    assert examples.names() == sorted(r.name for r in rules.all_rules())


@pytest.mark.parametrize("name", examples.names())
def test_a_spoiled_example_breaks_its_own_rule_and_no_other(name: str, sample: Path):
    """The rule names file, line and column of the fault, and says how to mend it; nothing else is newly wrong."""
    before = places(rules.check(Dataset.load(sample)))
    at = examples.spoil(sample, name)
    found = [p for p in rules.check(Dataset.load(sample)) if (p.rule, p.path, p.line) not in before]
    assert {p.rule for p in found} == {name}, [str(p) for p in found]
    assert at in {f"{p.path}:{p.line}:{p.column}" for p in found}
    assert all(p.remedy and p.expected for p in found)
    assert {p.level for p in found} == {r.level for r in rules.all_rules() if r.name == name}


@pytest.mark.parametrize("name", examples.names())
def test_putting_the_mended_lines_in_the_place_of_the_spoiled_ones_leaves_nothing_to_say(
    name: str, sample: Path, shown: dict[str, examples.Example]
):
    """A reader who does what the page shows has a table without this fault; the lines are those of the files."""
    before = places(rules.check(Dataset.load(sample)))
    examples.spoil(sample, name)
    spoiled, mended = shown[name].spoiled, {(m.path, m.before, m.after): m for m in shown[name].mended}
    assert spoiled
    for line in sorted(spoiled, key=lambda s: -s.number):
        path = sample / line.path
        rows = path.read_text(encoding="utf-8").split("\n")
        assert rows[line.number - 1] == line.text
        sound = mended.get((line.path, line.before, line.after))
        rows[line.number - 1 : line.number] = [sound.text] if sound else []
        path.write_text("\n".join(rows), encoding="utf-8", newline="")
    assert places(rules.check(Dataset.load(sample))) == before


def test_the_page_shows_what_check_says_word_for_word(sample: Path, shown: dict[str, examples.Example]):
    """Row, message and mended cell stand under each rule, escaped, with its reason."""
    for name in examples.names():
        assert shown[name].problems, name
    context = Context.load(sample)
    page = html.unescape(re.sub(r"</?(?:del|ins)>", "", bodies.body(environment(context.collection), context, "rules", "rules/", "").html))
    for rule in rules.all_rules():
        example = shown[rule.name]
        for text in (rule.sentence, rule.reason, *(line.text for line in (*example.spoiled, *example.mended)), *map(str, example.problems)):
            assert text in page, f"{rule.name}: {text}"


def test_the_page_does_not_depend_on_the_day(shown: dict[str, examples.Example], monkeypatch: pytest.MonkeyPatch):
    """The same commit gives the same page, whenever it is built."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1780000000")
    assert examples.examples() == shown


def test_the_real_tables_have_no_error(root: Path):
    """What is published passes its own check."""
    assert [str(p) for p in rules.check(Dataset.load(root)) if p.level == "error"] == []


@pytest.mark.parametrize("workers", ["1", "2"])
def test_rules_spread_over_the_cores_find_what_one_process_finds(workers: str, sample: Path, monkeypatch: pytest.MonkeyPatch):
    """Small tables are checked in this process, large ones in copies of it: the same problems either way."""
    for name in ("real-date", "support-row", "url"):
        examples.spoil(sample, name)
    alone = rules.check(Dataset.load(sample))
    assert {p.rule for p in alone} >= {"real-date", "support-row", "url"}
    monkeypatch.setattr(rules, "FEW_ROWS", 0)
    monkeypatch.setenv("AIR_WORKERS", workers)
    assert rules.check(Dataset.load(sample)) == alone


def test_a_placeholder_is_a_warning_in_a_proposal(sample: Path):
    """A pull request may carry AIR-NEW-… ids."""
    examples.spoil(sample, "placeholder")
    found = [p for p in rules.check(Dataset.load(sample), proposal=True) if p.rule == "placeholder"]
    assert [p.level for p in found] == ["warning"]


def test_an_exception_waives_one_rule_for_one_row(sample: Path):
    """A waived problem is not reported, and the exception is no error then."""
    examples.spoil(sample, "outside")
    with (sample / "data" / "exceptions.csv").open("a", encoding="utf-8") as file:
        file.write("outside,locations/AIR-2025-0001/1,Synthetic reason.\n")
    assert [p for p in rules.check(Dataset.load(sample)) if p.level == "error"] == []


CELLS = st.one_of(
    st.text(max_size=60),
    st.integers(0, 11_000).map(lambda n: "ä" * n),
    st.from_regex(r"https?://[a-z.]{1,9}(:[0-9]{1,6})?/[A-Za-z0-9._~!$&'()*+,;=:@/?#%\[\]|^`{}ü -]{0,40}", fullmatch=True),
)


@settings(max_examples=150, deadline=None)
@given(cell=CELLS)
def test_what_is_asked_for_a_cell_is_answered_for_the_cell(real: Dataset, cell: str):
    """A text is judged by its length, an address by its host and reserved characters: frictionless says the same of the cell itself."""
    for table in real.tables.values():
        for column in table.schema.columns:
            asked = types._alike(column)(cell)
            if asked != cell:
                assert types.faults_of(column, asked) == types.faults_of(column, cell), (table.schema.name, column.name, cell)


@settings(deadline=None)
@given(cell=st.from_regex(r"https?://[a-z0-9.@:-]{1,12}([/?#][ -~]{0,12})?", fullmatch=True))
def test_an_address_that_is_let_pass_at_once_has_no_fault(cell: str):
    """The quick look at plain addresses lets none pass that the long one refuses."""
    assert links.fault_of(cell) == links._fault_of(cell)
