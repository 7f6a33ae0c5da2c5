"""Readers speak up from where they read: lists lead to the form for a missing incident, filled with what the list knows."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from scripts.publish.context import Context
from scripts.publish.pages import bodies, lists
from scripts.publish.pages.render import environment

from .conftest import REPOSITORY

REPO = "https://forge.example.org/air/air"
FORM = yaml.safe_load((REPOSITORY / ".github" / "ISSUE_TEMPLATE" / "missing-incident.yml").read_text(encoding="utf-8"))
INDEXES = {
    "incidents": "incidents/",
    "debunked": "debunked/",
    **{f"index-{s}": f"{s}/" for s in ("countries", "categories", "operators", "years")},
}


def pages(context: Context) -> dict[str, str]:
    """The HTML of every list, by its address."""
    env = environment(context.collection)
    found = {f"{x.section}/{x.code}/": lists.page(env, context, x).html for x in lists.listings(context.collection)}
    return found | {url: bodies.body(env, context, name, url, "").html for name, url in INDEXES.items()}


def link(page: str) -> str:
    """The address behind "Report a missing incident", which stands once."""
    found = re.findall(r'<a href="([^"]*)"[^>]*>Report a missing incident</a>', page)
    assert len(found) == 1
    return html.unescape(found[0])


@pytest.fixture
def context(sample: Path) -> Context:
    """The sample's lists, on a site that names its repository."""
    return replace(Context.load(sample), repo_url=REPO)


def test_every_list_leads_to_the_form_for_a_missing_incident(context: Context):
    """Countries, categories, operators, years, their indexes, all incidents, and those refuted."""
    for url, page in pages(context).items():
        address = urlsplit(link(page))
        assert f"{address.scheme}://{address.netloc}{address.path}" == f"{REPO}/issues/new", url
        assert parse_qs(address.query)["template"] == ["missing-incident.yml"]


@pytest.mark.parametrize(
    ("url", "known"),
    [
        ("countries/POL/", {"country": "POL"}),
        ("categories/balloon/", {"kind": "balloon"}),
        ("years/2025/", {"day": "2025-"}),
        ("operators/RUS/", {}),
        ("countries/", {}),
    ],
)
def test_the_form_is_filled_with_what_the_list_knows(context: Context, url: str, known: dict[str, str]):
    """A reader of Poland's page need not write the country again."""
    asked = {k: v[0] for k, v in parse_qs(urlsplit(link(pages(context)[url])).query).items()}
    assert asked.pop("title").startswith("Missing:")
    assert asked.pop("template") == "missing-incident.yml"
    assert asked == known


def test_whatever_a_list_fills_in_is_a_question_of_the_form_and_one_of_its_answers(context: Context):
    """A form ignores what it does not ask, and a choice that it does not offer."""
    questions = {item["id"]: item for item in FORM["body"] if "id" in item}
    for page in pages(context).values():
        for name, (value,) in parse_qs(urlsplit(link(page)).query).items():
            if name not in ("template", "title"):
                options = questions[name]["attributes"].get("options")
                assert options is None or value in options


def test_a_site_without_a_repository_says_how_to_report_without_one(sample: Path):
    """The link leads to the page on contributing, by the right number of steps up."""
    for url, page in pages(replace(Context.load(sample), repo_url="")).items():
        assert link(page) == "../" * url.count("/") + "contribute/"
