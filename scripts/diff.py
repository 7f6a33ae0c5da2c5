"""Owns `diff`: what a change does, in plain words: records, values, citations, figures that move, feeds, new warnings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from . import rules
from .changes import Change, Difference, changes
from .dataset import Dataset
from .derive import Collection, derive
from .problem import Problem
from .publish.pages.lists import Figures, figures


@dataclass(frozen=True)
class Moved:
    """A figure of the site that the change moves: whose, what it counts, and both values."""

    of: str
    what: str
    old: int
    new: int


@dataclass(frozen=True)
class Report:
    """Everything that a reviewer wants to know of a change; `titles` names every record concerned."""

    difference: Difference
    titles: dict[str, str]
    moved: tuple[Moved, ...]
    problems: tuple[Problem, ...]
    solved: int

    @property
    def citations(self) -> tuple[list[str], list[str]]:
        """Citations gained and lost, as `record: source (origin)`."""
        gained, lost = [], []
        for row in dict.fromkeys((c.row, c.action) for c in self.difference.rows if c.table == "citations"):
            _, record, source, origin = row[0].split("/", 3)
            said = f"{record}: {source} ({origin})"
            if row[1] == "row_added":
                gained.append(said)
            elif row[1] == "row_removed":
                lost.append(said)
        return gained, lost


def report(old: Dataset, new: Dataset, proposal: bool = True) -> Report:
    """Compare two states of the tables; `proposal` admits placeholder ids."""
    before, after = derive(old), derive(new)
    titles = {r.id: str(r.row["title"]) for c in (before, after) for r in c.records}
    was, now = ({_apart(p): p for p in rules.check(d, proposal)} for d in (old, new))
    fresh = tuple(p for key, p in now.items() if key not in was)
    return Report(changes(old, new), titles, tuple(_moved(before, after)), fresh, len(was.keys() - now.keys()))


def _apart(problem: Problem) -> tuple[str, ...]:
    """A problem without its line, since rows move when others are added."""
    return problem.path, problem.column, problem.rule, problem.value, problem.expected


def _groups(collection: Collection) -> dict[str, Figures]:
    """The figures of the whole site, of each country, each country's years, and each kind of object."""
    found = {"All": collection.records}
    for record in collection.records:
        for code in record.listed_under:
            name = collection.label("countries", code)
            found.setdefault(name, []).append(record)
            found.setdefault(f"{name} {record.year}", []).append(record)
        for code in record.categories:
            found.setdefault(collection.label("category", code), []).append(record)
    return {name: figures(records) for name, records in found.items()}


_SAID = {
    "records": "records",
    "incidents": "incidents, confirmed or probable",
    "entered": "inside the airspace",
    "stopped": "stopped",
    "refuted": "refuted or explained",
    "open": "unconfirmed or disputed",
}


def _moved(before: Collection, after: Collection) -> Iterator[Moved]:
    old, new = _groups(before), _groups(after)
    for name in sorted({*old, *new}, key=lambda n: (n != "All", n)):
        a, b = (asdict(g[name]) if name in g else {} for g in (old, new))
        for key, said in _SAID.items():
            if a.get(key, 0) != b.get(key, 0):
                yield Moved(name, said, a.get(key, 0), b.get(key, 0))


def as_text(found: Report, mark: str = "") -> str:
    """The report for people; `mark` "#" makes headings of Markdown, and values code that renders as it is."""
    quote = _code if mark else str
    parts: list[tuple[str, list[str]]] = [
        ("Records added", [f"{i}: {quote(found.titles.get(i, ''))}" for i in found.difference.added]),
        (
            "Records changed",
            [
                line
                for i, some in found.difference.modified.items()
                for line in (f"{i}: {quote(found.titles.get(i, ''))}", *(f"    {_said(c, quote)}" for c in some))
            ],
        ),
        (
            "Records retired",
            [
                f"{r.id}: {quote(r.reason or 'no reason given')}{', replaced by ' + r.replaced_by if r.replaced_by else ''}"
                for r in found.difference.retired
            ],
        ),
        ("Citations gained", [quote(c) for c in found.citations[0]]),
        ("Citations lost", [quote(c) for c in found.citations[1]]),
        ("Terms and searches", [_said(c, quote) for c in found.difference.other]),
        ("Figures that move", [f"{m.of}: {m.old} -> {m.new} {m.what}" for m in found.moved]),
        ("Feeds", _feeds(found)),
        ("New problems", [quote(str(p).splitlines()[0]) for p in found.problems]),
    ]
    # Indented lines belong to the one above, and are not counted.
    heading = (lambda t, x: f"\n### {t} ({_items(x)})\n") if mark else (lambda t, x: f"{t} ({_items(x)})")
    body = [
        line
        for title, lines in parts
        if lines
        for line in (
            heading(title, lines),
            *(
                f"{'- ' if mark and not x.startswith('    ') else '  '}{x.replace('    ', '  - ', 1) if mark and x.startswith('    ') else x}"
                for x in lines
            ),
        )
    ]
    solved = [f"{found.solved} problems are solved."] if found.solved else []
    return "\n".join([*body, *solved]) or "no change of the data"


def _items(lines: list[str]) -> int:
    return sum(not x.startswith("    ") for x in lines)


def _said(change: Change, quote: Any) -> str:
    row = change.row if change.table != "incidents" else change.table
    if change.action == "row_added":
        return f"{row} {change.field}: {quote(change.new)} (new row)"
    if change.action == "row_removed":
        return f"{row} {change.field}: {quote(change.old)} (row removed)"
    return f"{row} {change.field}: {quote(change.old or 'empty')} -> {quote(change.new or 'empty')}"


def _feeds(found: Report) -> list[str]:
    said = []
    if found.difference.added:
        said.append(f"feed.xml and the calendar announce {len(found.difference.added)} new")
    if found.difference.modified or found.difference.retired:
        said.append(f"changes.xml announces {len(found.difference.modified) + len(found.difference.retired)} changed")
    return said


def _code(text: str) -> str:
    """A value as Markdown code: nothing in it is markup, a mention or a link."""
    fence = "`" * (max((len(run) for run in text.replace("``", "` `").split() if set(run) == {"`"}), default=0) + 1)
    clean = text.replace("\n", " ")
    while fence in clean:
        fence += "`"
    return f"{fence} {clean} {fence}" if clean.startswith("`") or clean.endswith("`") else f"{fence}{clean}{fence}"


def as_dict(found: Report) -> dict[str, Any]:
    """The report for programs."""
    gained, lost = found.citations
    return {
        "added": list(found.difference.added),
        "modified": {k: [asdict(c) for c in v] for k, v in found.difference.modified.items()},
        "retired": [asdict(r) for r in found.difference.retired],
        "other": [asdict(c) for c in found.difference.other],
        "citations": {"gained": gained, "lost": lost},
        "moved": [asdict(m) for m in found.moved],
        "feeds": _feeds(found),
        "problems": [asdict(p) for p in found.problems],
        "solved": found.solved,
    }
