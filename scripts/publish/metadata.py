"""Owns the metadata by which programs know the record: Data Package, and the files for crawlers; the rest joins here."""

from __future__ import annotations

from typing import Any

from ..schema import TableSchema
from . import archive, catalogue, citation, croissant, flat
from .context import Context, Files
from .download import Download


def files(context: Context) -> Files:
    """The files at the site's root that crawlers ask for, and the citation files."""
    yield "robots.txt", robots(context).encode()
    yield "llms.txt", llms(context).encode()
    yield "CITATION.cff", citation.cff(context.package)


def describing(context: Context, downloads: list[Download]) -> list[Download]:
    """The metadata files under `data/` that describe other downloads, with their sizes and sums."""
    made = (
        (
            "datapackage.json",
            datapackage(context, downloads),
            "application/json",
            "Data Package",
            "Data Package v2: every table with its schema.",
        ),
        (
            "croissant.json",
            croissant.croissant(context, downloads),
            "application/ld+json",
            "Croissant",
            "MLCommons Croissant 1.0: every table as a record set.",
        ),
        (
            "dcat.jsonld",
            catalogue.dcat(context, downloads),
            "application/ld+json",
            "DCAT",
            "DCAT-AP 3: the data set and its distributions.",
        ),
    )
    return [Download(f"data/{name}", archive.pretty(value), kind, title, about) for name, value, kind, title, about in made]


def datapackage(context: Context, downloads: list[Download]) -> dict[str, Any]:
    """The Data Package as it stands on the site: paths beside it, schemas in line, the flat table last."""
    by_name = {d.schema.name: d for d in downloads if d.schema}
    resources = [_resource(r, by_name[r["name"]]) for r in context.package["resources"]]
    like = next(r for r in context.package["resources"] if r["name"] == "incidents")
    own = {**like, "name": flat.NAME, "title": flat.TITLE, "description": flat.DESCRIPTION}
    home = {"homepage": context.site_url} if context.site_url else {}
    return {**context.package, **home, "resources": [*resources, _resource(own, by_name[flat.NAME])]}


def _resource(resource: dict[str, Any], download: Download) -> dict[str, Any]:
    schema: TableSchema | None = download.schema
    assert schema is not None, "only tables are resources"
    return {**resource, "path": download.name, "bytes": download.size, "hash": f"sha256:{download.sha256}", "schema": schema.descriptor}


def robots(context: Context) -> str:
    """robots.txt: everybody may read everything; where the site's address is known, the sitemap too."""
    return "User-agent: *\nAllow: /\n" + (f"\nSitemap: {context.site_url}sitemap.xml\n" if context.site_url else "")


_LINKS = (
    (
        "Pages",
        (
            ("methodology/", "Methodology", "scope, how facts are graded, what is not known"),
            ("codebook/", "Codebook", "every column and term"),
            ("coverage/", "Coverage", "what was searched, and where the gaps are"),
            ("cite/", "How to cite", "citation and licence"),
        ),
    ),
    (
        "Data",
        (
            ("api/v1/openapi.json", "API", "static JSON, described by OpenAPI 3.1"),
            ("api/v1/incidents.json", "Index of records", "ids, titles, dates and links to each record's JSON"),
            ("data/incidents-flat.csv", "Flat CSV", "an incident a row"),
            ("data/incidents.json", "Nested JSON", "every record with all its rows and sources"),
            ("data/airspace-incursion-record.zip", "Data package", "every table with schemas and codebook"),
            ("feed.xml", "New incidents", "Atom feed"),
            ("changes.xml", "Changes", "Atom feed of additions and corrections"),
        ),
    ),
)


def llms(context: Context) -> str:
    """llms.txt: what the site is, how to read a record rightly, and where the data stands."""
    package = context.package
    lines = [
        f"# {package['title']}",
        "",
        f"> {package['description']}",
        "",
        f"Version {package['version']}, {len(context.collection.records)} records, {package['licenses'][0]['name']}. Cite as: {citation.text(package)}",
        "",
        "Read with care: existence, explanation, entry, attribution and intent are five things, each graded apart. A refuted or explained record is kept on purpose.",
        "Figures are ranges; an empty value is not known, 0 is stated none. Name a record by its id (AIR-2026-0012), which is never reused.",
        "",
    ]
    for heading, links in _LINKS:
        lines += [f"## {heading}", "", *(f"- [{title}]({context.url(path)}): {about}" for path, title, about in links), ""]
    return "\n".join(lines).rstrip("\n") + "\n"
