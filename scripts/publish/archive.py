"""Owns the Data Package as one zip: the repository's tables and schemas, with codebook, README, licence and citation."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import Any

from .. import tables
from ..dataset import Dataset
from ..derive import Collection
from . import citation, codebook
from .context import Context

# The earliest that a zip can tell; a true time would change the bytes.
_TIME = (1980, 1, 1, 0, 0, 0)


def package(context: Context, data: dict[str, bytes]) -> bytes:
    """The zip file of the data package, with the tables as `table_files` gives them."""
    return zipped(members(context.collection, context.package, data))


def table_files(dataset: Dataset) -> dict[str, bytes]:
    """Every table as canonical CSV, by its path."""
    return {t.schema.path: _file(dataset, t) or table_csv(t) for t in dataset.tables.values()}


def _file(dataset: Dataset, table: tables.Table) -> bytes | None:
    """The file that a table was read from, if it is canonical and still the same: ten times quicker than to write it again."""
    if not table.digest or table.problems or table.differs:
        return None
    try:
        data = (dataset.root / table.schema.path).read_bytes()
    except OSError:
        return None
    return data if tables.digest(data) == table.digest else None


def members(collection: Collection, package: dict[str, Any], data: dict[str, bytes]) -> dict[str, bytes]:
    """What the zip holds, by path: made of the tables and datapackage.json alone."""
    dataset = collection.dataset
    described = described_package(package, data)
    found = dict(data) | schemas(dataset, package)
    found["datapackage.json"] = pretty(described)
    found["codebook.csv"] = codebook.codebook(collection).as_csv()
    found["README.md"] = readme(package, dataset).encode()
    found["LICENSE.md"] = citation.licence(package).encode()
    found["CITATION.cff"] = citation.cff(package)
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(found.items()))
    return {**found, "SHA256SUMS": sums.encode()}


def table_csv(table: tables.Table) -> bytes:
    """A table as canonical CSV."""
    # Column by column: to make a square of all cells first takes longer than to write them.
    columns = [table.rows[n].tolist() for n in table.schema.names]
    return tables.canonical(table.schema, zip(*columns, strict=True)).encode()


def schemas(dataset: Dataset, package: dict[str, Any]) -> dict[str, bytes]:
    """Every Table Schema by the path under which datapackage.json names it."""
    return {r["schema"]: pretty(dataset.schemas[r["name"]].descriptor) for r in package["resources"]}


def described_package(package: dict[str, Any], data: dict[str, bytes]) -> dict[str, Any]:
    """datapackage.json with the size and the sum of every file."""
    resources = [
        {**r, "bytes": len(data[r["path"]]), "hash": f"sha256:{hashlib.sha256(data[r['path']]).hexdigest()}"} for r in package["resources"]
    ]
    return {**package, "resources": resources}


def pretty(value: Any) -> bytes:
    """JSON for people: two blanks a level, accents as they are."""
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def zipped(found: dict[str, bytes]) -> bytes:
    """A zip of files with fixed times and rights, in the order of their names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(found, key=tables.natural):
            info = zipfile.ZipInfo(name, _TIME)
            # Said outright, as Python would write the system it runs on.
            info.create_system, info.external_attr, info.compress_type = 3, 0o644 << 16, zipfile.ZIP_DEFLATED
            archive.writestr(info, found[name])
    return out.getvalue()


def readme(package: dict[str, Any], dataset: Dataset) -> str:
    """The README of the package: what each file is, how to read it, how to cite it."""
    lines = [f"# {package['title']}, version {package['version']}", "", package["description"], "", "## Tables", ""]
    for schema in dataset.schemas.values():
        if not schema.is_terms:
            lines.append(f"- `{schema.path}`: {schema.description} {len(dataset[schema.name])} rows.")
    lines += [
        "- `data/terms/*.csv`: the controlled vocabularies: each term with its label and definition.",
        "",
        "## Reading it",
        "",
        "`datapackage.json` describes every table (Data Package v2); `schema/` holds the Table Schemas, `codebook.csv` every column in one table.",
        "UTF-8 without byte order mark, comma, LF. An empty cell is not known (the codebook says where it means more), 0 is stated none; lists are parted by `;`.",
        "Dates are local ISO days; read `date_start` and `date_end` together with `date_precision`.",
        "`SHA256SUMS` proves every file: `sha256sum -c SHA256SUMS`.",
        "",
        "## Licence and citation",
        "",
        f"{package['licenses'][0]['title']}: see `LICENSE.md`. Cite as:",
        "",
        f"> {citation.text(package)}",
        "",
    ]
    return "\n".join(lines)
