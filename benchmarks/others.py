"""Owns the same records as pages of other tools: one Markdown file an incident, for MkDocs Material, Zensical and Hugo."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

import jinja2

from scripts.publish.context import Context
from scripts.publish.pages import evidence, incident, record_citation, words
from scripts.record import Record

MKDOCS = """site_name: Synthetic
docs_dir: docs
site_dir: site
theme:
  name: material
  font: false
  features: [navigation.tabs, navigation.top, toc.follow]
plugins: []
markdown_extensions: [admonition, attr_list, tables, {toc: {permalink: true}}]
nav: [{Home: index.md}]
validation: {omitted_files: ignore, nav: {omitted_files: ignore}}
"""


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> list[str]:
    """A Markdown table."""
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return [f"| {' | '.join(str(c if c is not None else '').replace('|', '/') for c in line)} |" for line in lines] + [""]


def markdown(record: Record, context: Context, maps_env: jinja2.Environment) -> str:
    """A record as a Markdown page with what our page shows: map, facts, places, objects, accounts, timeline, sources, neighbours, citations.

    `maps_env` is the environment whose template draws the map, which stands in the page as HTML, ready made.
    """
    collection = context.collection
    row, label = record.row, collection.label
    lines = [f"# {row['title']}", "", str(row["summary"]), ""]
    if row["explained_as"]:
        lines += ["!!! note", f"    Explained as {label('explained_as', row['explained_as'])}.", ""]
    facts = [(k.replace("_", " "), row[k]) for k in row if row[k] is not None and k not in ("title", "summary")]
    lines += ["## Facts", "", *table(("Fact", "Value"), facts)]
    lines += [
        "## Places",
        "",
        *_map(record, context, maps_env),
        *table(
            ("Place", "Region", "Country", "Role", "Precision"),
            [
                (
                    p["place"],
                    p["admin1"],
                    label("countries", p["country"]),
                    label("location_role", p["role"]),
                    label("location_precision", p["precision"]),
                )
                for p in record.locations
            ],
        ),
    ]
    lines += [
        "## Objects",
        "",
        *table(
            ("Category", "Model", "Operator", "Least", "Most", "Outcome"),
            [
                (
                    label("category", o["category"]),
                    label("models", o["model"]),
                    label("parties", o["operator"]),
                    o["count_min"],
                    o["count_max"],
                    label("outcome", o["outcome"]),
                )
                for o in record.objects
            ],
        ),
    ]
    return "\n".join([*lines, *_evidence(record, context)])


def _evidence(record: Record, context: Context) -> list[str]:
    """What was done and said, when, by which sources; neighbours and citation forms."""
    label = context.collection.label
    lines = [
        "## What authorities did",
        "",
        *(
            f"- **{label('response_kind', r['kind'])}** ({label('parties', r['actor'])}, {r['place'] or ''}) {r['start'] or ''}: {r['detail'] or ''}"
            for r in record.responses
        ),
        "",
    ]
    lines += [
        "## Who says what",
        "",
        *(f"- **{s['speaker']}**, {s['date'] or 'no date'}, {label('stance', s['stance'])}: {s['says']}" for s in record.statements),
        "",
    ]
    lines += ["## Timeline", ""]
    for steps in evidence.timeline(record, label):
        lines += [f"- **{words.day(s.day)}** {s.clock} {s.text}{': ' if s.more else ''}{s.more}" for s in steps]
    lines += ["", "## Sources", ""]
    for source in record.sources.values():
        lines.append(
            f"1. [{source['title'] or source['url']}]({source['url']}), {source['publisher']}, {source['published'] or ''} ({source['language']})"
        )
    lines += ["", "## Nearby in time or place", ""]
    for near in incident.neighbours(context, record):
        country = label("countries", near.country)
        lines.append(
            f"- [{near.row['title']}]({near.id}.md), {words.when(near.row)}, {country}, {label('existence', near.row['existence'])}"
        )
    lines += ["", "## Cite", "", record_citation.text(context, record), ""]
    for name, text in record_citation.forms(context, record):
        lines += [f"**{name}**", "", *(f"    {line}" for line in text.split("\n")), ""]
    return lines


def _map(record: Record, context: Context, maps_env: jinja2.Environment) -> list[str]:
    """The record's map as one block of HTML, which an empty line would end."""
    locator = incident.locator(context, record)
    drawn = str(maps_env.get_template("maps.html").module.locator_map(locator, record.country, "../")) if locator else ""
    return [*(line for line in drawn.split("\n") if line.strip()), ""]


def mkdocs_site(base: Path, pages: dict[str, str]) -> Path:
    """A MkDocs project of the pages under `base`; its configuration."""
    folder = base / "docs" / "incidents"
    folder.mkdir(parents=True)
    (base / "docs" / "index.md").write_text("# Home\n", encoding="utf-8")
    for name, text in pages.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    (base / "mkdocs.yml").write_text(MKDOCS, encoding="utf-8")
    return base / "mkdocs.yml"


def hugo() -> str | None:
    """The path of Hugo: HUGO first, then the PATH; None where there is none."""
    return os.environ.get("HUGO") or shutil.which("hugo")


def zensical() -> str | None:
    """The path of Zensical: ZENSICAL first, then the PATH; None where there is none."""
    return os.environ.get("ZENSICAL") or shutil.which("zensical")


def run_zensical(config: Path) -> float:
    """Seconds of Zensical's process for a MkDocs project, without its cache."""
    shutil.rmtree(config.parent / ".cache", ignore_errors=True)
    begun = time.perf_counter()
    subprocess.run([zensical(), "build", "--config-file", str(config)], cwd=config.parent, check=True, capture_output=True)
    return time.perf_counter() - begun


def hugo_site(base: Path, pages: dict[str, str], shell: str) -> Path:
    """A Hugo project of the same pages in the theme's shell (`shell` holds TITLE and CONTENT); its folder."""
    (base / "content" / "incidents").mkdir(parents=True)
    (base / "layouts" / "_default").mkdir(parents=True)
    layout = shell.replace("{{", "{{`{{`}}").replace("TITLE", "{{ .Title }}").replace("CONTENT", "{{ .Content }}")
    for name in ("single", "list"):
        (base / "layouts" / "_default" / f"{name}.html").write_text(layout, encoding="utf-8")
    (base / "layouts" / "index.html").write_text("home\n", encoding="utf-8")
    (base / "hugo.toml").write_text(
        'baseURL = "/"\ntitle = "Synthetic"\ndisableKinds = ["taxonomy", "term", "RSS", "sitemap"]\n[markup.goldmark.renderer]\nunsafe = true\n',
        encoding="utf-8",
    )
    for name, text in pages.items():
        (base / "content" / "incidents" / f"{name}.md").write_text(f'---\ntitle: "{name}"\n---\n{text}', encoding="utf-8")
    return base


def run_hugo(folder: Path) -> float:
    """Seconds of Hugo's process for a project."""
    begun = time.perf_counter()
    subprocess.run(
        [hugo(), "--source", str(folder), "--quiet"],
        check=True,
        capture_output=True,
        env={**os.environ, "HUGO_CACHEDIR": str(folder / "cache")},
    )
    return time.perf_counter() - begun
