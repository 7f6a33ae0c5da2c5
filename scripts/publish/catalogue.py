"""Owns the record as linked data: DCAT-AP for catalogues, schema.org for search engines."""

from __future__ import annotations

from typing import Any

from ..derive import Collection
from ..record import Record
from . import citation
from .context import Context
from .download import Download

_EU = "http://publications.europa.eu/resource/authority"
# Media types of the downloads in the EU's list of file types, which DCAT-AP asks for.
_FILE_TYPES = {
    "text/csv": "CSV",
    "application/json": "JSON",
    "application/geo+json": "GEOJSON",
    "application/zip": "ZIP",
    "application/x-ndjson": "JSON",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
    "application/vnd.apache.parquet": "PARQUET",
    "application/vnd.sqlite3": "SQLITE",
}
START = "2022-02-24"
ISSUED = "2026-11-25"
# In line: a remote context would be a request to another host, and search engines read this form too.
_SCHEMA_ORG = {"@vocab": "https://schema.org/"}
_DCAT_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcatap": "http://data.europa.eu/r5r/",
    "locn": "http://www.w3.org/ns/locn#",
}
# West, south, east, north of the countries covered, as WKT asks for it.
_BOX = "POLYGON((-25 34, 50 34, 50 72, -25 72, -25 34))"


def _id(kind: str, name: str) -> dict[str, str]:
    return {"@id": f"{_EU}/{kind}/{name}"}


def dcat(context: Context, downloads: list[Download]) -> dict[str, Any]:
    """A DCAT-AP 3 catalogue with one data set; addresses are relative to the file where no SITE_URL is set."""
    publisher = {"@id": f"{_home(context)}#publisher", "@type": "foaf:Agent", "foaf:name": context.package["contributors"][0]["title"]}
    data_set = _data_set(context, downloads) | {"dct:publisher": publisher}
    catalogue = {
        "@id": f"{_home(context)}#catalogue",
        "@type": "dcat:Catalog",
        "dct:title": _english(context.package["title"]),
        "dct:description": _english(context.package["description"]),
        "dct:publisher": {"@id": publisher["@id"]},
        "dcat:dataset": data_set,
        "foaf:homepage": {"@id": _home(context)},
        "dct:license": {"@id": context.package["licenses"][0]["path"]},
        "dct:language": _id("language", "ENG"),
        "dct:issued": _day(ISSUED),
        "dct:modified": _day(context.day),
    }
    return {"@context": _DCAT_CONTEXT, **catalogue}


def _home(context: Context) -> str:
    return context.site_url or "../"


def _english(text: str) -> dict[str, str]:
    return {"@value": text, "@language": "en"}


def _day(day: str) -> dict[str, str]:
    return {"@value": day, "@type": "xsd:date"}


def _data_set(context: Context, downloads: list[Download]) -> dict[str, Any]:
    package, home = context.package, _home(context)
    return {
        "@id": f"{home}#dataset",
        "@type": "dcat:Dataset",
        "dct:identifier": package["name"],
        "dct:title": _english(package["title"]),
        "dct:description": _english(package["description"]),
        "dcat:version": package["version"],
        "dcat:keyword": [_english(k) for k in package["keywords"]],
        "dct:issued": _day(ISSUED),
        "dct:modified": _day(context.day),
        "dct:language": _id("language", "ENG"),
        "dct:accrualPeriodicity": _id("frequency", "IRREG"),
        "dct:accessRights": _id("access-right", "PUBLIC"),
        "dcat:theme": [_id("data-theme", "INTR"), _id("data-theme", "JUST")],
        "dcat:landingPage": {"@id": f"{home}data/"},
        "dcat:contactPoint": {
            "@type": "vcard:Organization",
            "vcard:fn": package["contributors"][0]["title"],
            "vcard:hasURL": {"@id": f"{home}about/"},
        },
        "dct:temporal": {"@type": "dct:PeriodOfTime", "dcat:startDate": _day(START), "dcat:endDate": _day(_last(context.collection))},
        "dct:spatial": [
            _id("continent", "EUROPE"),
            {"@type": "dct:Location", "dcat:bbox": {"@value": _BOX, "@type": "http://www.opengis.net/ont/geosparql#wktLiteral"}},
        ],
        "dct:conformsTo": {"@id": "https://datapackage.org/profiles/2.0/datapackage.json", "@type": "dct:Standard"},
        "dcat:distribution": [_distribution(context, d) for d in downloads],
    }


def _last(collection: Collection) -> str:
    return max((str(r.row["date_end"]) for r in collection.records), default=START)


def _distribution(context: Context, download: Download) -> dict[str, Any]:
    address = context.url(download.path) if context.site_url else download.name
    return {
        "@id": f"{address}#distribution",
        "@type": "dcat:Distribution",
        "dct:title": _english(download.title),
        "dct:description": _english(download.about),
        "dcat:accessURL": {"@id": address},
        "dcat:downloadURL": {"@id": address},
        "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{download.media_type}"},
        "dct:format": _id("file-type", _FILE_TYPES[download.media_type]),
        "dcat:byteSize": {"@value": str(download.size), "@type": "xsd:nonNegativeInteger"},
        "dct:license": {"@id": context.package["licenses"][0]["path"]},
        "dcatap:availability": _id("planned-availability", "STABLE"),
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"},
            "spdx:checksumValue": {"@value": download.sha256, "@type": "xsd:hexBinary"},
        },
    }


def dataset_jsonld(context: Context, downloads: tuple[Download, ...]) -> dict[str, Any]:
    """schema.org Dataset for the downloads page."""
    package = context.package
    organisation = {
        "@type": "Organization",
        "name": package["contributors"][0]["title"],
        **({"url": context.site_url} if context.site_url else {}),
    }
    return {
        "@context": _SCHEMA_ORG,
        "@type": "Dataset",
        "name": package["title"],
        "alternateName": "AIR",
        "description": package["description"],
        "identifier": package["name"],
        "version": package["version"],
        "keywords": package["keywords"],
        "license": package["licenses"][0]["path"],
        "isAccessibleForFree": True,
        "inLanguage": "en",
        "creator": organisation,
        "publisher": organisation,
        "dateModified": context.day,
        "temporalCoverage": f"{START}/..",
        "spatialCoverage": {
            "@type": "Place",
            "name": "NATO members and their neighbours",
            "geo": {"@type": "GeoShape", "box": "34 -25 72 50"},
        },
        "measurementTechnique": "Systematic reading of public sources, with every fact cited",
        "citation": citation.text(package),
        **({"url": context.url("data/")} if context.site_url else {}),
        "distribution": [_data_download(context, d) for d in downloads if d.rows is not None or d.media_type == "application/zip"],
    }


def _data_download(context: Context, download: Download) -> dict[str, Any]:
    return {
        "@type": "DataDownload",
        "name": download.title,
        "description": download.about,
        "encodingFormat": download.media_type,
        "contentUrl": context.url(download.path) if context.site_url else download.name,
        "contentSize": f"{download.size} B",
        "sha256": download.sha256,
    }


def incident_jsonld(context: Context, record: Record) -> dict[str, Any]:
    """schema.org for one record's page: a work of this data set about an event, which is the type that fits."""
    row, address = record.row, context.url(f"incidents/{record.id}/")
    places = [_place(context, p) for p in record.locations]
    event = {
        "@type": "Event",
        "name": row["title"],
        "startDate": row["date_start"] or row["date_end"],
        "endDate": row["date_end"],
        "location": places,
    }
    return {
        "@context": _SCHEMA_ORG,
        "@type": "CreativeWork",
        "identifier": record.id,
        "name": row["title"],
        "abstract": row["summary"],
        "inLanguage": "en",
        "dateCreated": row["added"],
        "dateModified": record.updated,
        "license": context.package["licenses"][0]["path"],
        "about": event,
        "isPartOf": {"@type": "Dataset", "name": context.package["title"], **({"url": context.url("data/")} if context.site_url else {})},
        "citation": [
            {"@type": "WebPage", "url": s["url"], "publisher": {"@type": "Organization", "name": s["publisher"]}}
            for s in record.sources.values()
        ],
        **({"url": address} if context.site_url else {}),
    }


def _place(context: Context, row: dict[str, Any]) -> dict[str, Any]:
    address = {
        "@type": "PostalAddress",
        "addressRegion": row["admin1"],
        "addressCountry": (context.collection.terms["countries"].get(str(row["country"])) or {}).get("iso2"),
    }
    place = {"@type": "Place", "name": row["place"], "address": {k: v for k, v in address.items() if v}}
    if row["latitude"] is None or row["longitude"] is None:
        return place
    return place | {
        "geo": {
            "@type": "GeoCircle",
            "geoMidpoint": {"@type": "GeoCoordinates", "latitude": row["latitude"], "longitude": row["longitude"]},
            "geoRadius": f"{row['radius_km']} km",
        }
    }
