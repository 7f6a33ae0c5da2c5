"""What changed: by record between two states of the tables, and version by version in git's history."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scripts import versions
from scripts.changes import EDITED, ROW_ADDED, ROW_REMOVED, Change, changes, index
from scripts.dataset import Dataset
from scripts.publish import api
from scripts.publish.context import Context
from scripts.schema import TableSchema
from scripts.tables import Table, parse
from tests.helpers_publish import commit, edit, git

Edit = Callable[[Path], None]


def difference(sample: Path, *edits: tuple[str, str, str]):
    """The difference that edits (table, old text, new text) of the sample make."""
    old = Dataset.load(sample)
    for one in edits:
        edit(sample, *one)
    return changes(old, Dataset.load(sample))


def test_the_same_tables_differ_in_nothing(sample: Path) -> None:
    """Two readings of one state have no difference, in truth value too."""
    assert not changes(Dataset.load(sample), Dataset.load(sample))


def test_an_edited_cell_is_told_with_table_row_field_old_and_new(sample: Path) -> None:
    """One corrected figure is one change of one record."""
    found = difference(
        sample, ("objects", "AIR-2025-0001,1,intruder,attack_drone,Gerbera,19,21", "AIR-2025-0001,1,intruder,attack_drone,Gerbera,19,23")
    )
    assert found.modified == {
        "AIR-2025-0001": (Change("AIR-2025-0001", "objects", "objects/AIR-2025-0001/1", EDITED, "count_max", "21", "23"),)
    }
    assert (found.added, found.retired, found.other) == ((), (), ())


def test_a_new_row_of_a_record_modifies_it_and_a_new_record_is_added(sample: Path) -> None:
    """A further place changes a record; a record that was not there is added and not also modified."""
    old = Dataset.load(sample)
    edit(sample, "locations", "AIR-2025-0003,1,", "AIR-2025-0003,2,seen,,,2 Mai,,ROU,,,settlement,,reported,\nAIR-2025-0003,1,")
    incidents = (sample / "data/incidents.csv").read_text(encoding="utf-8")
    line = next(x for x in incidents.splitlines() if x.startswith("AIR-2025-0002"))
    (sample / "data/incidents.csv").write_text(incidents + line.replace("AIR-2025-0002", "AIR-2026-0002") + "\n", encoding="utf-8")
    found = changes(old, Dataset.load(sample))
    assert found.added == ("AIR-2026-0002",) and list(found.modified) == ["AIR-2025-0003"]
    assert {c.action for c in found.modified["AIR-2025-0003"]} == {ROW_ADDED}


def test_a_retired_record_is_told_once_with_its_reason(sample: Path) -> None:
    """Its rows are gone from every table, and yet the reader hears of one thing: retired, why, and what stands for it."""
    old = Dataset.load(sample)
    for path in (sample / "data").glob("*.csv"):
        kept = [x for x in path.read_text(encoding="utf-8").splitlines() if not x.startswith("AIR-2025-0003")]
        path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    edit(sample, "retired", "AIR-2025-0004,", "AIR-2025-0003,2026-02-01,Synthetic reason.,AIR-2025-0001\nAIR-2025-0004,")
    found = changes(old, Dataset.load(sample))
    assert [(r.id, r.reason, r.replaced_by) for r in found.retired] == [("AIR-2025-0003", "Synthetic reason.", "AIR-2025-0001")]
    assert not found.modified and not found.added
    assert ROW_REMOVED in {c.action for c in found.rows}


def test_an_edited_source_changes_each_record_that_cites_it(sample: Path) -> None:
    """A page's archived copy concerns every record that rests on the page."""
    found = difference(
        sample,
        (
            "sources",
            "wire-nd-a,https://wire.example.org/item/7,Synthetic wire",
            "wire-nd-a,https://wire.example.org/item/7,Synthetic wire report",
        ),
    )
    assert sorted(found.modified) == ["AIR-2025-0001", "AIR-2025-0003", "AIR-2026-0001"]


def test_an_edited_vocabulary_belongs_to_no_record(sample: Path) -> None:
    """A better definition is told apart from the records."""
    found = difference(sample, ("terms/damage", "Stated that nothing was damaged.", "Stated to be none."))
    assert not found.modified and [(c.record, c.table, c.field) for c in found.other] == [("", "damage", "definition")]


def test_an_older_schema_without_a_column_is_compared_all_the_same(sample: Path) -> None:
    """A column that came later counts as empty before; where it is filled, that is the change."""
    new = Dataset.load(sample)
    descriptor = dict(new.schemas["incidents"].descriptor)
    descriptor["fields"] = [f for f in descriptor["fields"] if f["name"] != "assessment"]
    table = new.tables["incidents"]
    older = TableSchema("incidents", table.schema.path, descriptor)
    old = Dataset(sample, {**new.tables, "incidents": Table(older, table.rows.drop(columns="assessment"))})
    found = changes(old, new)
    filled = {i for i, text in zip(table.rows["id"], table.rows["assessment"], strict=True) if text}
    assert set(found.modified) == filled
    assert {c.field for cells in found.modified.values() for c in cells} <= {"assessment"}


_SCHEMA = {"fields": [{"name": n, "type": "string"} for n in ("incident_id", "object", "note")], "primaryKey": ["incident_id", "object"]}
_rows = st.dictionaries(st.tuples(st.sampled_from("abc"), st.sampled_from("123")), st.text(alphabet='xyz," é', max_size=4), max_size=6)


@settings(max_examples=150, deadline=None)
@given(_rows, _rows)
def test_applying_the_changes_to_the_old_table_gives_the_new_one(old: dict, new: dict) -> None:
    """Nothing is lost and nothing invented, whatever the tables: old with its changes is new."""

    def dataset(rows: dict) -> Dataset:
        schema = TableSchema("objects", "data/objects.csv", _SCHEMA)
        text = "incident_id,object,note\n" + "".join(f'{a},{b},"{note.replace(chr(34), chr(34) * 2)}"\n' for (a, b), note in rows.items())
        incidents = TableSchema("incidents", "data/incidents.csv", {"fields": [{"name": "id", "type": "string"}], "primaryKey": ["id"]})
        return Dataset(Path(), {"incidents": parse(incidents, b"id\na\nb\nc\n"), "objects": parse(schema, text.encode())})

    a, b = dataset(old), dataset(new)
    key = _SCHEMA["primaryKey"]
    state = _filled(index(a["objects"].to_dict("records"), key))
    for change in changes(a, b).rows:
        assert state.get((change.row, change.field), "") == change.old
        state[(change.row, change.field)] = change.new
    assert {k: v for k, v in state.items() if v} == _filled(index(b["objects"].to_dict("records"), key))


def _filled(rows: dict) -> dict[tuple[str, str], str]:
    return {("/".join(["objects", *key]), name): value for key, row in rows.items() for name, value in row.items() if value}


def test_without_git_or_a_commit_there_are_no_versions(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder outside git, a repository without a commit, and a machine without git all build, with no versions."""
    assert versions.history(sample).versions == ()
    git(sample, "init", "--quiet")
    assert versions.history(sample).versions == ()
    monkeypatch.setenv("PATH", "")
    assert versions.history(sample).versions == ()


def test_versions_are_the_commits_that_touch_the_data_the_first_among_them(sample: Path) -> None:
    """The import counts, an edit counts, a commit of text does not; each has its day and the ids that it touched."""
    commit(sample, "import", "2026-01-10")
    (sample / "README").write_text("no data\n")
    commit(sample, "text", "2026-01-11")
    edit(sample, "incidents", "Synthetic wreck found", "Synthetic wreck was found")
    commit(sample, "correct", "2026-01-12")
    found = versions.history(sample)
    assert [(v.number, v.day) for v in found.versions] == [(1, "2026-01-10"), (2, "2026-01-12")]
    assert len(found.versions[0].difference.added) == 4 and list(found.versions[1].difference.modified) == ["AIR-2025-0003"]
    assert (found.updated["AIR-2025-0003"], found.updated["AIR-2025-0001"], found.complete) == ("2026-01-12", "2026-01-10", True)


def test_a_merged_branch_is_one_version(sample: Path) -> None:
    """A proposal of several commits comes in at its merge, as one version."""
    commit(sample, "import")
    git(sample, "checkout", "--quiet", "-b", "proposal")
    for old, new in (("Synthetic wreck found", "Synthetic wreck seen"), ("Synthetic wreck seen", "Synthetic wreck met")):
        edit(sample, "incidents", old, new)
        commit(sample, "step")
    git(sample, "checkout", "--quiet", "main")
    git(sample, "merge", "--quiet", "--no-ff", "--message", "merge", "proposal", day="2026-02-01")
    found = versions.history(sample).versions
    assert [v.day for v in found] == ["2026-11-25", "2026-02-01"]
    assert found[1].difference.modified["AIR-2025-0003"][0].new.startswith("Synthetic wreck met")


def test_a_version_of_an_older_schema_and_a_broken_one_are_lived_with(sample: Path) -> None:
    """Each version is read by the schema of its time; one that cannot be read is passed over, and its changes are not lost."""
    schema_path, incidents = sample / "schema/incidents.json", sample / "data/incidents.csv"
    schema, table = schema_path.read_text(encoding="utf-8"), incidents.read_text(encoding="utf-8")
    older = json.loads(schema)
    older["fields"] = [f for f in older["fields"] if f["name"] != "added"]
    schema_path.write_text(json.dumps(older), encoding="utf-8")
    incidents.write_text("\n".join(line.rpartition(",")[0] for line in table.splitlines()) + "\n", encoding="utf-8")
    commit(sample, "older schema")
    incidents.write_text("what is this\n", encoding="utf-8")
    commit(sample, "broken")
    schema_path.write_text(schema, encoding="utf-8")
    incidents.write_text(table, encoding="utf-8")
    commit(sample, "newer schema")
    found = versions.history(sample).versions
    assert len(found) == 2 and not found[1].difference.added and not found[1].difference.retired
    assert {c.field for cells in found[1].difference.modified.values() for c in cells} == {"added"}


def test_a_shallow_clone_is_told_apart(sample: Path, tmp_path: Path) -> None:
    """With part of the history the days of change would be wrong, so it says so."""
    commit(sample, "import")
    edit(sample, "incidents", "Synthetic wreck found", "Synthetic wreck seen")
    commit(sample, "correct")
    subprocess.run(
        ["git", "clone", "--quiet", "--depth", "1", f"file://{sample}", str(tmp_path / "shallow")], check=True, capture_output=True
    )
    assert not versions.history(tmp_path / "shallow").complete


def test_a_release_begins_where_the_descriptor_first_bears_its_version(sample: Path) -> None:
    """Delta files compare release with release, whatever was committed between them."""
    commit(sample, "import")
    edit(sample, "objects", "Gerbera,19,21", "Gerbera,19,22")
    commit(sample, "between")
    edit(sample, "objects", "Gerbera,19,22", "Gerbera,19,23")
    descriptor = sample / "datapackage.json"
    descriptor.write_text(descriptor.read_text(encoding="utf-8").replace('"version": "2026.', '"version": "2099.'), encoding="utf-8")
    commit(sample, "release")
    context = Context.load(sample)
    assert [r.name[:4] for r in context.history.releases] == ["2026", "2099"]
    from scripts.publish import deltas

    found = {d.path: d.data.decode() for d in deltas.downloads(context)}
    modified = next(text for path, text in found.items() if path.endswith("modified.csv"))
    assert modified == "record,table,row,field,old,new\nAIR-2025-0001,objects,objects/AIR-2025-0001/1,count_max,21,23\n"


def test_the_api_tells_every_version_and_each_in_full(sample: Path) -> None:
    """Who holds version 1 finds in the list that version 2 touched one record, and in its file which cell."""
    commit(sample, "import")
    edit(sample, "objects", "Gerbera,19,21", "Gerbera,19,22")
    commit(sample, "correct")
    files = dict(api.files(Context.load(sample)))
    listed = json.loads(files["api/v1/changes.json"])
    assert listed["meta"]["version"] == 2 and [(v["version"], v["modified"]) for v in listed["versions"]] == [
        (2, ["AIR-2025-0001"]),
        (1, []),
    ]
    cell = json.loads(files["api/v1/changes/2.json"])["modified"][0]["changes"][0]
    assert cell == {"table": "objects", "row": "objects/AIR-2025-0001/1", "action": EDITED, "field": "count_max", "old": "21", "new": "22"}
