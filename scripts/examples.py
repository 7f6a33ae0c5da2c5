"""Owns the examples of the rules page: for each rule a row as it stands spoiled, what `check` says of it, and the row mended.

An example is a few edits of synthetic tables, `scripts/rules/examples/<rule>.json`: `find` stands in the sound tables, `replace`
spoils it. What is said of it comes from the rule itself whenever the page is made, so that the page and the program agree.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from pathlib import Path

from . import rules, tables
from .dataset import ROOT, Dataset
from .problem import Problem

FOLDER = Path(__file__).resolve().parent / "rules" / "examples"


@dataclass(frozen=True)
class Line:
    """A line of a table's file: its number, and its text in three parts, of which the second is what spoiling changes."""

    path: str
    number: int
    before: str
    differs: str
    after: str

    @property
    def text(self) -> str:
        """The whole line, as it stands in the file."""
        return self.before + self.differs + self.after


@dataclass(frozen=True)
class Example:
    """One spoiled state of the synthetic tables: its lines that differ, what the rule says, and the same lines mended."""

    spoiled: tuple[Line, ...]
    problems: tuple[Problem, ...]
    mended: tuple[Line, ...]


def names() -> list[str]:
    """The rules that have an example."""
    return sorted(p.stem for p in FOLDER.glob("*.json"))


def sound(target: Path) -> Path:
    """Make a root that `Dataset.load` reads: descriptor, schemas and vocabularies of the record, and the synthetic tables."""
    shutil.copytree(ROOT / "schema", target / "schema")
    shutil.copytree(ROOT / "data" / "terms", target / "data" / "terms")
    shutil.copy(ROOT / "datapackage.json", target)
    for path in (FOLDER / "data").glob("*.csv"):
        shutil.copy(path, target / "data")
    return target


def spoil(root: Path, name: str) -> str:
    """Spoil sound tables as a rule's example does; returns the place that the rule must name, `path:line:column`."""
    example = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    for edit in example["edits"]:
        path = root / edit["file"]
        text = path.read_text(encoding="utf-8")
        if edit["find"] not in text:
            raise ValueError(f"scripts/rules/examples/{name}.json: {edit['find']!r} stands nowhere in {edit['file']}")
        path.write_text(text.replace(edit["find"], edit["replace"], 1), encoding="utf-8", newline="")
    return example["at"]


def examples() -> dict[str, Example]:
    """The example of every rule that has one, by the rule's name."""
    by_name = {r.name: r for r in rules.all_rules()}
    with tempfile.TemporaryDirectory(prefix="air-examples-") as folder:
        root = sound(Path(folder) / "root")
        base = Dataset.load(root)
        kept = {t.schema.path: (root / t.schema.path).read_bytes() for t in base.tables.values() if not t.schema.is_terms}
        sound_too = {(p.rule, p.path, p.line) for p in rules.run(base, rules.all_rules())}
        found = {}
        for name in names():
            spoil(root, name)
            spoiled, mended, problems = _spoiled(root, base, kept, by_name[name])
            found[name] = Example(spoiled, tuple(p for p in problems if (p.rule, p.path, p.line) not in sound_too), mended)
            for path, data in kept.items():
                (root / path).write_bytes(data)
        return found


def _spoiled(
    root: Path, base: Dataset, kept: dict[str, bytes], rule: rules.Rule
) -> tuple[tuple[Line, ...], tuple[Line, ...], list[Problem]]:
    """The lines that differ, spoiled and mended, and what one rule says; tables that do not differ are not read again."""
    changed = {
        n: t.schema for n, t in base.tables.items() if t.schema.path in kept and (root / t.schema.path).read_bytes() != kept[t.schema.path]
    }
    dataset = Dataset(root, {**base.tables, **{n: tables.read(root, s) for n, s in changed.items()}})
    problems = sorted({p for p in rules.run(dataset, [rule]) if p.rule == rule.name})
    pairs = [pair for s in changed.values() for pair in _lines(s.path, (root / s.path).read_bytes().decode(), kept[s.path].decode())]
    return tuple(a for a, _ in pairs if a.text), tuple(b for _, b in pairs if b.text), problems


def _lines(path: str, spoiled: str, mended: str) -> Iterator[tuple[Line, Line]]:
    """The lines in which two states of a file differ, side by side; one that only one state has stands beside an empty one."""
    a, b = spoiled.split("\n"), mended.split("\n")
    for kind, i, i_end, j, j_end in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if kind != "equal":
            for k, (x, y) in enumerate(zip_longest(a[i:i_end], b[j:j_end], fillvalue="")):
                start = _shared(x, y)
                end = _shared(x[start:][::-1], y[start:][::-1])
                yield _cut(path, i + k + 1, x, start, end), _cut(path, j + k + 1, y, start, end)


def _shared(x: str, y: str) -> int:
    """How much of the beginning two lines have in common, up to the end of a cell."""
    alike = next((n for n, (a, b) in enumerate(zip(x, y, strict=False)) if a != b), min(len(x), len(y)))
    return x[:alike].rfind(",") + 1


def _cut(path: str, number: int, text: str, start: int, end: int) -> Line:
    return Line(path, number, text[:start], text[start : len(text) - end], text[len(text) - end :] if end else "")
