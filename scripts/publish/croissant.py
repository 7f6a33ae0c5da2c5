"""Owns the Croissant form of the metadata: files with sums, and each CSV table as a record set with typed fields."""

from __future__ import annotations

from typing import Any

from ..schema import Column, TableSchema
from . import citation
from .context import Context
from .download import Download

_TYPES = {"integer": "sc:Integer", "number": "sc:Float", "boolean": "sc:Boolean", "date": "sc:Date"}

# The context that the Croissant 1.0 specification prescribes, in line so that no reader needs the network.
CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "samplingRate": "cr:samplingRate",
    "replace": "cr:replace",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def croissant(context: Context, downloads: list[Download]) -> dict[str, Any]:
    """The Croissant description; addresses are relative to it where no SITE_URL is set."""
    package, csvs = context.package, [d for d in downloads if d.schema]
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": package["name"],
        "alternateName": package["title"],
        "description": package["description"],
        "url": context.url("data/") if context.site_url else "./",
        "license": package["licenses"][0]["path"],
        # Croissant wants MAJOR.MINOR.PATCH; a calendar version 2026.11.0 is one.
        "version": package["version"],
        "datePublished": context.day,
        "creator": [{"@type": "sc:Organization", "name": c["title"]} for c in package["contributors"]],
        "publisher": {"@type": "sc:Organization", "name": package["contributors"][0]["title"]},
        "keywords": package["keywords"],
        "inLanguage": "en",
        "isLiveDataset": True,
        "citeAs": citation.bibtex(package),
        "distribution": [_file(context, d) for d in csvs],
        "recordSet": [_records(d, d.schema) for d in csvs if d.schema],
    }


def _file(context: Context, download: Download) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": download.name,
        "name": download.name,
        "description": download.about,
        "encodingFormat": download.media_type,
        "contentUrl": context.url(download.path) if context.site_url else download.name,
        "contentSize": f"{download.size} B",
        "sha256": download.sha256,
    }


def _records(download: Download, schema: TableSchema) -> dict[str, Any]:
    keys = [{"@id": f"{schema.name}/{c}"} for c in schema.primary_key]
    return {
        "@type": "cr:RecordSet",
        "@id": schema.name,
        "name": schema.name,
        "description": schema.description,
        "key": keys[0] if len(keys) == 1 else keys,
        "field": [_field(download, schema, c) for c in schema.columns],
    }


def _field(download: Download, schema: TableSchema, column: Column) -> dict[str, Any]:
    # No `references`: mlcroissant 1.1 cannot follow a key to a table that has keys itself; datapackage.json states them.
    return {
        "@type": "cr:Field",
        "@id": f"{schema.name}/{column.name}",
        "name": column.name,
        "description": column.descriptor["description"],
        "dataType": _TYPES.get(column.type, "sc:Text"),
        "source": {"fileObject": {"@id": download.name}, "extract": {"column": column.name}},
    }
