"""The rules that every table is held to; `all_rules` lists them, `check` runs them over a dataset."""

from __future__ import annotations

from collections.abc import Iterable

from ..dataset import Dataset
from ..problem import Problem
from . import citations, dates, form, ids, keys, links, places, ranges, rule, text, types, warn
from .rule import Rule, apply_exceptions

MODULES = (form, types, keys, ids, dates, ranges, places, citations, links, text, rule, warn)


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
    found = [*dataset.form_problems, *(p for one in chosen for p in one.run(dataset))]
    return apply_exceptions(dataset, found, {r.name for r in all_rules()})
