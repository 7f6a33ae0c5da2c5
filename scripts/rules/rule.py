"""Owns what a rule is, and how an exception waives one for a row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ..dataset import Dataset
from ..problem import ERROR, Problem

Finding = tuple[str, int, str, str, str, str]
"""(table, line, column, value, expectation, remedy), from which a rule makes a Problem."""


@dataclass(frozen=True)
class Rule:
    """One rule: its name, one sentence, why it is there, and the function over a dataset that yields findings."""

    name: str
    sentence: str
    reason: str
    level: str
    function: Callable[[Dataset], Iterable[Finding]]

    def run(self, dataset: Dataset) -> Iterator[Problem]:
        """Yield the problems that the rule finds."""
        for table, line, column, value, expected, remedy in self.function(dataset):
            path = dataset.tables[table].schema.path
            yield Problem(path, int(line), column, self.name, value, expected, remedy, self.level)


def rule(name: str, sentence: str, reason: str, level: str = ERROR) -> Callable[[Callable], Rule]:
    """Make a rule of a function over a dataset."""
    return lambda function: Rule(name, sentence, reason, level, function)


def _told_by_apply_exceptions(dataset: Dataset) -> Iterator[Finding]:
    """`apply_exceptions` knows which waivers were used, and reports the others."""
    yield from ()


exceptions = rule(
    "exceptions",
    "An exception in data/exceptions.csv names a rule, and a row that breaks it.",
    "A waiver that nothing needs would hide the next fault in its row.",
)(_told_by_apply_exceptions)


def apply_exceptions(dataset: Dataset, found: list[Problem], rules: set[str]) -> list[Problem]:
    """Drop the problems that exceptions.csv waives; an exception that waives nothing is itself an error."""
    waivers = dataset["exceptions"]
    if waivers.empty:
        return found
    wanted = {(r, row): line for line, r, row in zip(waivers.index, waivers["rule"], waivers["row"], strict=True)}
    table_at = {t.schema.path: t for t in dataset.tables.values()}
    kept, used = [], set()
    for problem in found:
        table = table_at[problem.path]
        key = (problem.rule, table.key_of(problem.line)) if problem.line in table.rows.index else None
        if key in wanted:
            used.add(key)
        else:
            kept.append(problem)
    path = dataset.tables["exceptions"].schema.path
    for (name, row), line in wanted.items():
        if (name, row) not in used:
            expected = "a row that breaks the rule" if name in rules else "the name of a rule"
            kept.append(
                Problem(
                    path,
                    line,
                    "row" if name in rules else "rule",
                    exceptions.name,
                    row if name in rules else name,
                    expected,
                    "Delete the exception, or mend its spelling.",
                )
            )
    return kept
