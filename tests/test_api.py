"""The static API: described by a valid OpenAPI document, every file as described, every link leading somewhere."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from scripts.publish import api, nested
from scripts.publish.context import Context
from tests.helpers_publish import SITE, commit, context, edit, published

BASE = "api/v1"


@cache
def document(root: Path) -> dict:
    return json.loads(published(root, SITE)[f"{BASE}/openapi.json"])


def described(paths: dict, file: str) -> list[str]:
    """The paths of the document that a published file answers to."""
    return [p for p in paths if re.fullmatch(re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(p)), file.removeprefix(BASE))]


def validator(openapi: dict, path: str) -> jsonschema.Draft202012Validator:
    """The JSON Schema of a path's answer, with formats checked."""
    reference = openapi["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    return jsonschema.Draft202012Validator({**reference, "components": openapi["components"]}, format_checker=jsonschema.FormatChecker())


def faults(files: dict[str, bytes]) -> list[str]:
    """Every departure of API files from the document among them."""
    openapi = json.loads(files[f"{BASE}/openapi.json"])
    known = {p: validator(openapi, p) for p in openapi["paths"]}
    found = []
    for file, data in files.items():
        if file.startswith(BASE) and not file.endswith("openapi.json"):
            paths = described(openapi["paths"], file)
            found += [f"{file}: answers to {paths}"] if len(paths) != 1 else []
            found += [f"{file}: {e.json_path}: {e.message[:200]}" for p in paths for e in known[p].iter_errors(json.loads(data))]
    return found


def test_the_openapi_document_is_valid(root: Path) -> None:
    """A reader that is not ours accepts it as OpenAPI 3.1."""
    assert document(root)["openapi"].startswith("3.1.")
    assert list(OpenAPIV31SpecValidator(document(root)).iter_errors()) == []


def test_the_openapi_document_is_fit_to_generate_clients_from(root: Path) -> None:
    """What linters ask for: unique operation ids, summaries, declared tags, a server, a licence, no schema without use."""
    openapi = document(root)
    operations = [o["get"] for o in openapi["paths"].values()]
    assert len({o["operationId"] for o in operations}) == len(operations)
    tags = {t["name"] for t in openapi["tags"]}
    assert all(o["summary"] and set(o["tags"]) <= tags for o in operations)
    for path, item in openapi["paths"].items():
        assert set(re.findall(r"{(\w+)}", path)) == {p["name"] for p in item["get"].get("parameters", [])}
    used = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(openapi)))
    assert used == set(openapi["components"]["schemas"])
    assert openapi["servers"][0]["url"] == f"{SITE}api/v1" and openapi["info"]["license"]["url"]


def test_every_published_file_is_as_described(root: Path) -> None:
    """Each file under api/v1 answers to exactly one path, and holds no field more or less than that path says."""
    assert faults(published(root, SITE)) == []


def test_files_of_a_history_with_retired_records_are_as_described(sample: Path) -> None:
    """Versions, changes cell by cell and tombstones too, and without a site address."""
    commit(sample, "import")
    edit(sample, "objects", "Gerbera,19,21", "Gerbera,19,22")
    commit(sample, "correct")
    files = dict(api.files(Context.load(sample)))
    assert {f"{BASE}/changes/2.json", f"{BASE}/retired/AIR-2025-0004.json"} <= set(files)
    assert faults(files) == []


@pytest.mark.parametrize("spoil", [{"surprise": 1}, {"existence": None}, {"date_end": "2025-13-01"}, {"deaths_min": "2"}])
def test_a_record_that_is_not_as_described_would_be_found(root: Path, spoil: dict) -> None:
    """The description has teeth: a field too many, a null where there is none, a day that is none, a text for a number."""
    path = f"{BASE}/incidents/{context(root).collection.records[0].id}.json"
    files = published(root, SITE)
    spoiled = {f"{BASE}/openapi.json": files[f"{BASE}/openapi.json"], path: json.dumps(json.loads(files[path]) | spoil).encode()}
    assert len(faults(spoiled)) == 1


def test_a_record_holds_all_its_rows_and_whose_word_supports_what(root: Path) -> None:
    """The record's file is the nested form, each citation of the tables in it once."""
    collection = context(root).collection
    for record in collection.records:
        found = json.loads(published(root, SITE)[f"{BASE}/incidents/{record.id}.json"])
        assert found == nested.nested(record, collection)
        told = sorted((record.id, s["id"], c["origin"], tuple(c["supports"])) for s in found["sources"] for c in s["citations"])
        assert told == sorted((record.id, str(c["source_id"]), str(c["origin"]), tuple(c["supports"])) for c in record.citations)


def test_every_link_within_the_api_leads_to_a_published_file(root: Path) -> None:
    """A program that follows `url` never meets a missing file."""
    files = published(root, SITE)
    links = [
        e["url"] for p in files if p.startswith(BASE) and not p.endswith("openapi.json") for e in json.loads(files[p]).get("incidents", [])
    ]
    assert links and [u for u in links if u.removeprefix(SITE) not in files] == []


def test_a_country_lists_what_its_page_lists(root: Path) -> None:
    """The sovereign's incidents and those of territories also listed under it, and each covered country has its file, also an empty one."""
    collection = context(root).collection
    for code in api.countries(context(root)):
        listed = json.loads(published(root, SITE)[f"{BASE}/countries/{code}.json"])
        assert [e["id"] for e in listed["incidents"]] == [r.id for r in collection.listed_under(code)]
        assert listed["meta"]["count"] == len(listed["incidents"]) and listed["country"]["id"] == code


def test_an_unknown_value_is_null_and_a_stated_none_is_nought(sample: Path) -> None:
    """The sample's raid states no deaths and says nothing of injuries."""
    record = json.loads(dict(api.files(Context.load(sample)))[f"{BASE}/incidents/AIR-2025-0001.json"])
    assert (record["deaths_min"], record["injuries_min"]) == (0, None)
