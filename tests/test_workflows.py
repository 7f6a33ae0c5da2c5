"""Workflows and forms are part of the product: sound by their schemas, and safe by an auditor that is not ours."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import REPOSITORY

WORKFLOWS = sorted((REPOSITORY / ".github" / "workflows").glob("*.yml"))
TOOLS = Path(sys.executable).parent


def test_the_auditor_finds_nothing():
    """Zizmor, offline: no injection, no dangerous trigger, no wide permission that is not explained inline."""
    done = subprocess.run(
        [TOOLS / "zizmor", "--offline", "--no-progress", "--pedantic", str(REPOSITORY / ".github" / "workflows")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda p: p.name)
def test_a_workflow_is_what_the_forge_expects(path: Path):
    """By the schema of workflows that check-jsonschema carries."""
    done = subprocess.run(
        [TOOLS / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "path", sorted(p for p in (REPOSITORY / ".github" / "ISSUE_TEMPLATE").glob("*.yml") if p.name != "config.yml"), ids=lambda p: p.name
)
def test_a_form_is_what_the_forge_expects(path: Path):
    """By the schema of issue forms that check-jsonschema carries."""
    done = subprocess.run(
        [TOOLS / "check-jsonschema", "--builtin-schema", "vendor.github-issue-forms", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda p: p.name)
def test_every_action_is_pinned_by_hash(path: Path):
    """A tag can be moved; a hash cannot."""
    for used in re.findall(r"uses:\s*(\S+)", path.read_text(encoding="utf-8")):
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", used), used


def test_pull_requests_meet_no_secret_and_no_write_token():
    """What runs a fork's code may read, and nothing else."""
    for path in WORKFLOWS:
        text = path.read_text(encoding="utf-8")
        if re.search(r"^  pull_request:", text, re.M):
            assert "secrets." not in text and ": write" not in text, path.name


def test_forms_ask_what_propose_reads():
    """The headings of the forms are those that the parser knows."""
    import yaml

    from scripts.propose import CORRECTION, MISSING

    for name, headings in (("correction", CORRECTION), ("missing-incident", MISSING)):
        form = yaml.safe_load((REPOSITORY / ".github" / "ISSUE_TEMPLATE" / f"{name}.yml").read_text(encoding="utf-8"))
        labels = [item["attributes"].get("label") for item in form["body"]]
        assert set(headings) <= set(labels)
