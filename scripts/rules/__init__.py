"""The rules that every table is held to; `all_rules` lists them, `check` runs them over a dataset."""

from __future__ import annotations

from collections.abc import Iterable

from ..dataset import Dataset
from ..problem import Problem
from ..spread import spread
from . import citations, dates, form, ids, keys, links, places, ranges, rule, text, types, warn
from .rule import Rule, apply_exceptions

MODULES = (form, types, keys, ids, dates, ranges, places, citations, links, text, rule, warn)


FEW_ROWS = 5_000
"""Rows that are checked sooner than another process is begun."""


def all_rules() -> list[Rule]:
    """Every rule, in the order of the rules page."""
    return [
        value
        for module in MODULES
        for value in vars(module).values()
        if isinstance(value, Rule) and value.function.__module__ == module.__name__
    ]


def check(dataset: Dataset, proposal: bool = False) -> list[Problem]:
    """Every problem of a dataset, errors and warnings, sorted by place; `proposal` admits placeholder ids."""
    found = run(dataset, all_rules())
    if proposal:
        found = [p.as_warning() if p.rule == ids.placeholder.name else p for p in found]
    return sorted(set(found))


def run(dataset: Dataset, chosen: Iterable[Rule]) -> list[Problem]:
    """What some rules find that no exception waives, besides what was found in reading the files and in the exceptions."""
    if sum(len(t.rows) for t in dataset.tables.values()) < FEW_ROWS:
        told = [list(one.run(dataset)) for one in chosen]
    else:
        # Looked up by many rules: worked out once, before the work is spread.
        _ = dataset.ids, dataset.distinct
        told = spread(lambda one: list(one.run(dataset)), list(chosen))
    found = [*dataset.form_problems, *(p for some in told for p in some)]
    return apply_exceptions(dataset, found, {r.name for r in all_rules()})
