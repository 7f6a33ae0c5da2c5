"""Owns `propose`: a well-formed issue form becomes changed rows; an ill-formed one gets one helpful answer.

The body of an issue is anybody's text. It is only ever read, split at headings, and compared with the tables; a value
reaches a table only where `check` finds nothing wrong with it, and reaches the site only after a person has merged it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from . import rules, thanks
from .dataset import Dataset
from .merge import Merger, free_slug
from .new import Draft, new, problems_of
from .problem import ERROR
from .rules.links import fault_of, same_page
from .rules.types import did_you_mean

LIMIT = 20_000
NO_RESPONSE = "_No response_"
_HEADING = re.compile(r"^### (.{1,80})$", re.M)
CORRECTION = (
    "Record",
    "Table",
    "Row",
    "Field",
    "Right value",
    "Address of the page that states it",
    "Publisher",
    "Whose word it is",
    "Language",
    "Name to thank",
)
MISSING = ("Country", "Day", "Kind of object", "Place", "Address of the page that states it", "Language", "Publisher", "Name to thank")


@dataclass
class Outcome:
    """What came of a form: the record that was changed or drafted, or what keeps it from being taken; whom to thank by name, if anybody."""

    record: str = ""
    faults: list[str] = field(default_factory=list)
    thanks: str = ""


def fields_of(body: str) -> dict[str, str]:
    """The answers of an issue form by heading; empty answers are empty texts."""
    text = body[:LIMIT].replace("\r\n", "\n")
    parts = _HEADING.split(text)[1:]
    answers: dict[str, str] = {}
    for heading, answer in zip(parts[::2], parts[1::2], strict=False):
        clean = answer.strip()
        # The first answer counts: a heading typed into a later free text must not overrule it.
        answers.setdefault(heading.strip(), "" if clean == NO_RESPONSE else clean)
    return answers


def propose(root: Path, body: str) -> Outcome:
    """Apply a form to the tables under `root`; where there are faults, the tables are left as they were."""
    answers = fields_of(body)
    kept = {p: p.read_bytes() for p in sorted((root / "data").rglob("*.csv"))}
    outcome = _missing(root, answers) if "Day" in answers else _correction(root, answers)
    outcome.thanks = thanks.plain(answers.get("Name to thank", ""))
    if outcome.thanks and (fault := thanks.fault_of(outcome.thanks)):
        outcome.faults.append(f"“Name to thank”: expected {fault}")
    if not outcome.faults:
        outcome.faults += _broken(root)
    if outcome.faults:
        for path, data in kept.items():
            if path.read_bytes() != data:
                path.write_bytes(data)
    return outcome


def _broken(root: Path) -> list[str]:
    """Errors that the changed tables have; placeholders and unwritten texts are for the reviewer."""
    found = rules.check(Dataset.load(root), proposal=True)
    return [str(p) for p in found if p.level == ERROR and p.rule not in ("unfinished", "uncited")]


def _missing(root: Path, answers: dict[str, str]) -> Outcome:
    lacking = [f"“{n}” is empty" for n in MISSING[:6] if not answers.get(n)]
    if lacking:
        return Outcome(faults=lacking)
    country, kind = (answers[n].split(" ")[0].strip("()") for n in ("Country", "Kind of object"))
    draft = Draft(
        country,
        answers["Day"],
        kind,
        answers["Place"],
        answers["Address of the page that states it"],
        answers["Language"],
        answers.get("Publisher", ""),
    )
    faults = problems_of(root, draft)
    return Outcome(faults=faults) if faults else Outcome(new(root, draft))


def _correction(root: Path, answers: dict[str, str]) -> Outcome:
    lacking = [f"“{n}” is empty" for n in ("Record", "Table", "Field", "Address of the page that states it") if not answers.get(n)]
    if lacking:
        return Outcome(faults=lacking)
    merger = Merger.open(root)
    row, faults = _row_of(merger, answers)
    if fault := fault_of(answers["Address of the page that states it"]):
        faults.append(f"the address of the page: expected {fault}")
    if faults or row is None:
        return Outcome(answers["Record"], faults)
    if not answers.get("Language") and all(
        same_page(r["url"]) != same_page(answers["Address of the page that states it"]) for r in merger.rows["sources"]
    ):
        return Outcome(answers["Record"], ["“Language” is empty, and the page is not among the sources yet"])
    if row[answers["Field"]] == answers.get("Right value", ""):
        return Outcome(answers["Record"], [f"{answers['Field']} already is {row[answers['Field']]!r}"])
    row[answers["Field"]] = answers.get("Right value", "")
    _cite(merger, answers)
    merger.write(mint=False)
    return Outcome(answers["Record"])


def _row_of(merger: Merger, answers: dict[str, str]) -> tuple[dict[str, str] | None, list[str]]:
    """The row that a correction names, or what is wrong with its name."""
    record, table, column = answers["Record"], answers["Table"], answers["Field"]
    open_tables = ("incidents", "objects", "locations", "responses", "statements")
    if table not in open_tables:
        return None, [f"no table {table!r}; there are {', '.join(open_tables)}"]
    names = merger.schemas[table].names
    key = merger.schemas[table].primary_key
    if column not in names or column in ("id", "incident_id", "added"):
        return None, [f"no field {column!r} in {table}. {did_you_mean(column, names)}It has {', '.join(names[1:])}"]
    known = [r for r in merger.rows[table] if r[key[0]] == record]
    if not known:
        return None, [f"no record {record!r} in {table}. {did_you_mean(record, [r['id'] for r in merger.rows['incidents']])}".strip()]
    if table == "incidents":
        return known[0], []
    number = answers.get("Row") or ("1" if len(known) == 1 else "")
    row = next((r for r in known if r[key[1]] == number), None)
    return row, [] if row else [f"{table} of {record} has rows {', '.join(r[key[1]] for r in known)}; say which in “Row”"]


_GROUP_OF = {"objects": "object", "locations": "place", "responses": "response"}


def _cite(merger: Merger, answers: dict[str, str]) -> None:
    """Add the page as a source, unless it is one already, and cite it for what it corrects."""
    url, record = answers["Address of the page that states it"], answers["Record"]
    source = next((r["id"] for r in merger.rows["sources"] if same_page(r["url"]) == same_page(url)), "")
    publisher = answers.get("Publisher") or url.split("/")[2].removeprefix("www.")
    if not source:
        stem = re.sub(r"[^a-z0-9]+", "", publisher.lower()) or "source"
        source = free_slug(f"{stem[:24]}-nd-a", {r["id"] for r in merger.rows["sources"]})
        merger.rows["sources"].append(
            {"id": source, "url": url, "publisher": publisher, "kind": "newspaper", "language": answers["Language"]}
        )
    origin = answers.get("Whose word it is", "")
    if origin not in {r["id"] for r in merger.rows["origins"]}:
        origin = re.sub(r"[^a-z0-9]+", "", publisher.lower())[:24] or "press"
        if origin not in {r["id"] for r in merger.rows["origins"]}:
            merger.rows["origins"].append({"id": origin, "label": publisher, "definition": f"Own reporting of {publisher}.", "party": ""})
    group = f"{_GROUP_OF[answers['Table']]}/{answers.get('Row') or '1'}" if answers["Table"] in _GROUP_OF else _group(answers["Field"])
    if not any((r["incident_id"], r["source_id"], r["origin"]) == (record, source, origin) for r in merger.rows["citations"]):
        merger.rows["citations"].append({"incident_id": record, "source_id": source, "origin": origin, "supports": group})


def _group(column: str) -> str:
    """The fact group that a column of `incidents` belongs to."""
    starts = {
        "date": "date",
        "time": "date",
        "disclosed": "date",
        "discovered": "discovery",
        "entered": "entry",
        "depth": "entry",
        "minutes": "entry",
        "deaths": "casualties",
        "injuries": "casualties",
        "damage": "damage",
        "explained": "explanation",
    }
    return next((g for s, g in starts.items() if column.startswith(s)), "existence")


def message(outcome: Outcome, number: int | None) -> str:
    """The message of the commit that carries a sound form's rows; its last line asks for thanks where the form does."""
    first = f"Propose what issue #{number} states" if number else "Propose what a form states"
    return f"{first}\n\n{thanks.line(outcome.thanks)}\n" if outcome.thanks else f"{first}\n"


def answer(outcome: Outcome) -> str:
    """One comment for an ill-formed form: what was not understood, each with what would be."""
    lines = "\n".join(f"- {f.replace('`', '´')}" for f in (line for fault in outcome.faults for line in fault.splitlines()))
    return f"Thank you. This could not be turned into a proposal yet:\n\n```text\n{lines}\n```\n\nEdit the form above, and it is read again; or leave it, and a maintainer will read it as it is."
