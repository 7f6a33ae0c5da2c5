"""Owns how the record is cited and licensed: CITATION.cff, .zenodo.json and a line of text, all of datapackage.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from .. import tables

Package = dict[str, Any]

FILES = ("CITATION.cff", ".zenodo.json")
"""The generated files that stand in the repository, as forges and Zenodo look for them there."""


def text(package: Package) -> str:
    """The citation in one line."""
    return f"{package['contributors'][0]['title']} ({package['version'][:4]}). {package['title']} (version {package['version']}) [data set]. Licence: {package['licenses'][0]['name']}."


def bibtex(package: Package) -> str:
    """The citation as a BibTeX entry."""
    fields = {
        "author": "{" + package["contributors"][0]["title"] + "}",
        "title": package["title"],
        "year": package["version"][:4],
        "version": package["version"],
        "note": f"Data set, {package['licenses'][0]['name']}",
    }
    body = ",\n".join(f"  {k} = {{{v}}}" for k, v in fields.items())
    return f"@misc{{{package['name']},\n{body}\n}}\n"


def cff(package: Package) -> bytes:
    """CITATION.cff, version 1.2.0 of the format."""
    content = {
        "cff-version": "1.2.0",
        "message": "If you use this data set, please cite it as below.",
        "type": "dataset",
        "title": package["title"],
        "abstract": package["description"],
        "authors": [{"name": c["title"]} for c in package["contributors"]],
        "version": package["version"],
        "license": package["licenses"][0]["name"],
        "keywords": package["keywords"],
    }
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=10_000).encode()


def zenodo(package: Package) -> bytes:
    """.zenodo.json, which Zenodo reads at a release."""
    content = {
        "title": package["title"],
        "description": package["description"],
        "upload_type": "dataset",
        "access_right": "open",
        "license": package["licenses"][0]["name"].lower(),
        "version": package["version"],
        "creators": [{"name": c["title"]} for c in package["contributors"]],
        "keywords": package["keywords"],
    }
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def licence(package: Package) -> str:
    """The licence notice that goes with the data."""
    licence = package["licenses"][0]
    return (
        f"# Licence\n\nThe data of the {package['title']} is licensed under {licence['title']} ({licence['name']}): {licence['path']}\n\n"
        f"You may share and adapt it for any purpose, also commercially, if you name the source and say what you changed. Name it so:\n\n> {text(package)}\n\n"
        "Titles of cited pages belong to their publishers and are quoted to identify the pages.\n"
    )


def write(root: Path, package: Package) -> list[str]:
    """Write the generated files into the repository; the names of those that changed."""
    changed = []
    for name, data in zip(FILES, (cff(package), zenodo(package)), strict=True):
        if not (root / name).exists() or (root / name).read_bytes() != data:
            tables.write_atomically(root / name, data)
            changed.append(name)
    return changed
