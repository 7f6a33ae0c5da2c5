"""`merge` joins drafts: one row for one page, united terms, minted ids, no tie to nothing."""

from __future__ import annotations

import csv
from pathlib import Path

from scripts import rules
from scripts.dataset import Dataset
from scripts.merge import free_slug, merge


def make_draft(sample: Path, folder: Path, **swaps: str) -> Path:
    """A draft folder with the sample's first alarm as a new record from the same page."""
    (folder / "terms").mkdir(parents=True)
    for name in ("incidents", "objects", "locations", "citations", "sources", "statements", "responses"):
        rows = list(csv.reader((sample / "data" / f"{name}.csv").open(encoding="utf-8")))
        keep = [
            r
            for r in rows[1:]
            if r[0] == "AIR-2025-0002" or (name == "sources" and r[0].startswith("example-2025-") and "09-10" not in r[0])
        ]
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(
                [rows[0], *([c.replace("AIR-2025-0002", "AIR-NEW-DNK-x") for c in r] for r in keep)]
            )
    return folder


def test_a_page_that_two_drafts_cite_is_one_source(sample: Path, tmp_path: Path):
    """The address decides, not the draft's own source id."""
    before = len(Dataset.load(sample)["sources"])
    draft = make_draft(sample, tmp_path / "draft")
    path = draft / "sources.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("example-2025-10-a,https://police", "other-nd-a,https://www.police"), encoding="utf-8"
    )
    for name in ("citations", "statements"):
        path = draft / f"{name}.csv"
        path.write_text(path.read_text(encoding="utf-8").replace("example-2025-10-a", "other-nd-a"), encoding="utf-8")
    merge(sample, [draft])
    dataset = Dataset.load(sample)
    assert len(dataset["sources"]) == before
    assert "AIR-2025-0005" in set(dataset["incidents"]["id"])
    assert [p for p in rules.check(dataset) if p.level == "error"] == []


def test_merging_a_draft_with_ids_that_stand_already_adds_nothing(sample: Path, tmp_path: Path):
    """The same record never comes in twice under one id."""
    draft = make_draft(sample, tmp_path / "draft")
    for path in draft.glob("*.csv"):
        path.write_text(path.read_text(encoding="utf-8").replace("AIR-NEW-DNK-x", "AIR-2025-0002"), encoding="utf-8")
    before = Dataset.load(sample)["incidents"].values.tolist()
    said = merge(sample, [draft])
    assert any("stands already" in s for s in said)
    assert Dataset.load(sample)["incidents"].values.tolist() == before


def test_a_tie_to_a_record_that_is_not_there_is_left_out_and_said(sample: Path, tmp_path: Path):
    """Drafts may name each other's records; a name that leads nowhere is reported."""
    draft = make_draft(sample, tmp_path / "draft")
    (draft / "relations.csv").write_text(
        "incident_id,related_id,kind,status,source_id,note\nAIR-NEW-DNK-x,AIR-NEW-nobody,follows,possible,,\n", encoding="utf-8"
    )
    said = merge(sample, [draft])
    assert any("no such record" in s for s in said)


def test_source_slugs_run_on_past_z():
    """A busy day at one paper has more than 26 pages."""
    taken = {f"paper-2025-01-01-{c}" for c in "abcdefghijklmnopqrstuvwxyz"}
    assert free_slug("paper-2025-01-01-a", taken) == "paper-2025-01-01-aa"
