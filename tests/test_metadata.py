"""Metadata standards, each read by a reader that is not ours."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import rdflib
from rdflib import namespace as ns

from scripts.publish import catalogue, packages
from tests.helpers_publish import SITE, context, folder, published

mlcroissant = pytest.importorskip("mlcroissant")


def test_croissant_loads_without_a_complaint(root: Path) -> None:
    """mlcroissant finds neither an error nor a warning, and the fields that a catalogue needs are there."""
    data_set = mlcroissant.Dataset(jsonld=str(folder(root) / "data/croissant.json"))
    issues = data_set.metadata.ctx.issues
    assert (issues.errors, issues.warnings) == (set(), set())
    found = json.loads(published(root)["data/croissant.json"])
    for name in (
        "name",
        "description",
        "license",
        "url",
        "version",
        "datePublished",
        "creator",
        "publisher",
        "citeAs",
        "keywords",
        "conformsTo",
    ):
        assert found[name], name
    assert all(len(f["sha256"]) == 64 and f["contentUrl"] and f["encodingFormat"] for f in found["distribution"])


def test_croissant_yields_the_records_of_every_table(root: Path) -> None:
    """Each record set is iterated to its end and gives as many records as the table, typed as described."""
    data_set = mlcroissant.Dataset(jsonld=str(folder(root) / "data/croissant.json"))
    dataset = context(root).collection.dataset
    for name in dataset.schemas:
        records = list(data_set.records(name))
        assert len(records) == len(dataset[name]), name
    flat = list(data_set.records("incidents_flat"))
    assert [r["incidents_flat/id"].decode() for r in flat] == [r.id for r in sorted(context(root).collection.records, key=lambda r: r.id)]
    assert isinstance(flat[0]["incidents_flat/year"], int) and isinstance(flat[0]["incidents_flat/counted"], bool)


@pytest.fixture(scope="module")
def graph(root: Path) -> rdflib.Graph:
    return rdflib.Graph().parse(data=published(root, SITE)["data/dcat.jsonld"], format="json-ld")


def test_dcat_has_what_the_profile_demands_and_recommends(graph: rdflib.Graph) -> None:
    """DCAT-AP 3: the mandatory and recommended properties of catalogue, data set and distribution are all there."""
    catalog, data_set = (
        graph.value(predicate=ns.RDF.type, object=ns.DCAT.Catalog),
        graph.value(predicate=ns.RDF.type, object=ns.DCAT.Dataset),
    )
    for name in ("title", "description", "publisher", "license", "language", "issued", "modified"):
        assert graph.value(catalog, ns.DCTERMS[name]), f"catalogue {name}"
    assert graph.value(catalog, ns.DCAT.dataset) == data_set and graph.value(catalog, ns.FOAF.homepage)
    for name in (
        "title",
        "description",
        "publisher",
        "temporal",
        "spatial",
        "accrualPeriodicity",
        "accessRights",
        "identifier",
        "language",
    ):
        assert graph.value(data_set, ns.DCTERMS[name]), f"data set {name}"
    for name in ("contactPoint", "distribution", "keyword", "theme", "landingPage"):
        assert graph.value(data_set, ns.DCAT[name]), f"data set {name}"
    assert graph.value(data_set, rdflib.URIRef("http://www.w3.org/ns/dcat#version"))
    assert graph.value(graph.value(data_set, ns.DCTERMS.publisher), ns.FOAF.name)


def test_each_dcat_distribution_leads_to_a_published_file(root: Path, graph: rdflib.Graph) -> None:
    """Access address, format, licence, availability, size and sum are given, and the address is that of a file."""
    distributions = list(graph.subjects(ns.RDF.type, ns.DCAT.Distribution))
    assert len(distributions) == sum(
        d.media_type != "application/ld+json" and d.name not in ("SHA256SUMS", "datapackage.json")
        for d in packages.downloads(context(root, SITE))
    )
    for one in distributions:
        assert str(graph.value(one, ns.DCAT.accessURL)).removeprefix(SITE) in published(root, SITE)
        assert (
            graph.value(one, ns.DCTERMS.format)
            and graph.value(one, ns.DCTERMS.license)
            and graph.value(one, ns.DCAT.byteSize)
            and graph.value(one, ns.DCTERMS.description)
        )
        assert graph.value(one, rdflib.URIRef("http://data.europa.eu/r5r/availability"))
        checksum = graph.value(one, rdflib.URIRef("http://spdx.org/rdf/terms#checksum"))
        assert len(str(graph.value(checksum, rdflib.URIRef("http://spdx.org/rdf/terms#checksumValue")))) == 64


def test_json_ld_needs_no_other_host(root: Path) -> None:
    """Contexts stand in line, in every published JSON-LD and in that of the pages."""
    build = context(root, SITE)
    found = [json.loads(d) for p, d in published(root, SITE).items() if p.endswith(".jsonld") or p.endswith("croissant.json")]
    found += [catalogue.dataset_jsonld(build, packages.downloads(build)), catalogue.incident_jsonld(build, build.collection.records[0])]
    assert all(isinstance(f["@context"], dict) for f in found) and len(found) == 4


def test_search_engines_find_what_they_require_of_a_dataset(root: Path) -> None:
    """schema.org as rdflib reads it: name and a description of 50 to 5,000 characters, and recommended properties, each distribution a file."""
    build, schema = context(root, SITE), rdflib.Namespace("https://schema.org/")
    graph = rdflib.Graph().parse(data=json.dumps(catalogue.dataset_jsonld(build, packages.downloads(build))), format="json-ld")
    data_set = graph.value(predicate=ns.RDF.type, object=schema.Dataset)
    assert graph.value(data_set, schema.name) and 50 <= len(graph.value(data_set, schema.description)) <= 5000
    for name in (
        "creator",
        "license",
        "identifier",
        "keywords",
        "temporalCoverage",
        "spatialCoverage",
        "isAccessibleForFree",
        "version",
        "url",
    ):
        assert graph.value(data_set, schema[name]) is not None, name
    links = {str(graph.value(d, schema.contentUrl)).removeprefix(SITE) for d in graph.objects(data_set, schema.distribution)}
    assert links and links <= set(published(root, SITE))


def test_a_record_is_described_as_a_work_about_an_event(root: Path) -> None:
    """Each incident's JSON-LD has its days, its places with their radius, and the pages that it cites."""
    build, schema = context(root, SITE), rdflib.Namespace("https://schema.org/")
    for record in build.collection.records:
        graph = rdflib.Graph().parse(data=json.dumps(catalogue.incident_jsonld(build, record)), format="json-ld")
        work = graph.value(predicate=ns.RDF.type, object=schema.CreativeWork)
        event = graph.value(work, schema.about)
        assert str(graph.value(event, schema.endDate)) == record.row["date_end"]
        assert len(list(graph.objects(event, schema.location))) == len(record.locations)
        assert len(list(graph.objects(work, schema.citation))) == len(record.sources)


def test_the_citation_file_is_valid(root: Path) -> None:
    """check-jsonschema holds CITATION.cff against the format's own schema."""
    command = [
        str(Path(sys.executable).parent / "check-jsonschema"),
        "--builtin-schema",
        "vendor.citation-file-format",
        str(folder(root) / "CITATION.cff"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_llms_txt_has_the_agreed_form_and_links_that_lead_somewhere(root: Path) -> None:
    """One heading, a quoted summary, lists of links; each link to data is a published file."""
    lines = published(root, SITE)["llms.txt"].decode().splitlines()
    assert lines[0].startswith("# ") and lines[2].startswith("> ") and sum(line.startswith("# ") for line in lines) == 1
    links = [line.split("](", 1)[1].split(")", 1)[0].removeprefix(SITE) for line in lines if line.startswith("- [")]
    assert len(links) > 8 and [x for x in links if not x.endswith("/") and x not in published(root, SITE)] == []


def test_robots_may_read_everything_and_learn_of_the_sitemap(root: Path) -> None:
    """The standard library's reader of robots.txt agrees; without a site address no sitemap is named."""
    from urllib.robotparser import RobotFileParser

    reader = RobotFileParser()
    reader.parse(published(root, SITE)["robots.txt"].decode().splitlines())
    assert reader.can_fetch("*", f"{SITE}data/incidents.json") and reader.site_maps() == [f"{SITE}sitemap.xml"]
    assert b"Sitemap" not in published(root)["robots.txt"]
