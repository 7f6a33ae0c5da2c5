"""Owns how one record is cited: a line of text, BibTeX, RIS and CSL-JSON, all of one item."""

from __future__ import annotations

from typing import Any

import orjson

from ...record import Record
from ..context import Context
from . import words

_BIBTEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "&": r"\&",
        "%": r"\%",
        "$": r"\$",
        "#": r"\#",
        "_": r"\_",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)


def item(context: Context, record: Record) -> dict[str, Any]:
    """The record as a CSL-JSON item (citationstyles.org, type dataset), issued on the day of its last change."""
    package = context.package
    made = {
        "id": record.id,
        "type": "dataset",
        "title": str(record.row["title"]),
        "author": [{"literal": package["contributors"][0]["title"]}],
        "container-title": package["title"],
        "publisher": package["title"],
        "number": record.id,
        "version": context.version,
        "issued": {"date-parts": [[int(p) for p in record.updated.split("-")]]},
        "note": f"Licence: {package['licenses'][0]['name']}",
    }
    return {**made, "URL": context.url(f"incidents/{record.id}/")} if context.site_url else made


def forms(context: Context, record: Record) -> list[tuple[str, str]]:
    """The forms that reference managers read: (name, text)."""
    made = item(context, record)
    return [("BibTeX", bibtex(made)), ("RIS", ris(made)), ("CSL-JSON", orjson.dumps([made], option=orjson.OPT_INDENT_2).decode())]


def text(context: Context, record: Record) -> str:
    """The record cited in one line."""
    made = item(context, record)
    where = f" {made['URL']}." if "URL" in made else ""
    return f"{made['author'][0]['literal']} ({made['issued']['date-parts'][0][0]}). {made['title']}. {made['container-title']}, {record.id}, version {made['version']}, last changed {words.day(record.updated)}.{where} {made['note']}."


def bibtex(made: dict[str, Any]) -> str:
    """The item as a BibTeX entry."""
    fields = {
        "author": "{" + made["author"][0]["literal"].translate(_BIBTEX) + "}",
        "title": "{" + made["title"].translate(_BIBTEX) + "}",
        "year": str(made["issued"]["date-parts"][0][0]),
        "howpublished": f"{made['container-title']}, {made['id']}, version {made['version']}",
        "note": made["note"],
    }
    if "URL" in made:
        fields["url"] = made["URL"]
    body = ",\n".join(f"  {k} = {{{v}}}" for k, v in fields.items())
    return f"@misc{{{made['id']},\n{body}\n}}"


def ris(made: dict[str, Any]) -> str:
    """The item in RIS, as reference managers import it; a tag a line."""
    date = made["issued"]["date-parts"][0]
    lines = [
        ("TY", "DATA"),
        ("ID", made["id"]),
        ("TI", made["title"]),
        ("AU", made["author"][0]["literal"]),
        ("PY", str(date[0])),
        ("DA", "/".join(f"{p:02d}" for p in date)),
        ("T2", made["container-title"]),
        ("PB", made["publisher"]),
        ("ET", made["version"]),
        ("N1", made["note"]),
        *([("UR", made["URL"])] if "URL" in made else []),
        ("ER", ""),
    ]
    return "\n".join(f"{tag}  - {value}" for tag, value in lines)
