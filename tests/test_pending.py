"""pending.json takes ids, numbers and addresses from open discussions, and nothing else."""

from __future__ import annotations

import json

from click.testing import CliRunner

from scripts.cli import main
from scripts.pending import pending


def test_a_record_that_an_open_issue_names_is_listed():
    """The title or the body names it."""
    listed = [
        {"number": 7, "title": "Correction: AIR-2026-0012", "url": "https://forge.example.org/7"},
        {"number": 3, "title": "x", "body": "see AIR-2026-0012", "url": "https://forge.example.org/3"},
    ]
    assert pending(listed) == {
        "AIR-2026-0012": [{"number": 3, "url": "https://forge.example.org/3"}, {"number": 7, "url": "https://forge.example.org/7"}]
    }


def test_hostile_text_leaves_no_trace():
    """Only ids are taken, and only https addresses."""
    listed = [
        {"number": 1, "title": "AIR-2026-0001 <script>alert(1)</script>", "url": "https://forge.example.org/1"},
        {"number": 2, "title": "AIR-2026-0002", "url": "javascript:alert(1)"},
    ]
    text = json.dumps(pending(listed))
    assert "script" not in text
    assert "AIR-2026-0002" not in text


def test_the_verb_reads_what_the_client_prints():
    """Nothing open is an empty object; what is no JSON is a clear error."""
    assert CliRunner().invoke(main, ["pending"], input="[]").output == "{}\n"
    result = CliRunner().invoke(main, ["pending"], input="oops")
    assert result.exit_code == 1 and "not JSON" in result.output
