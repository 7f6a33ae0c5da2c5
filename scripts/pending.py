"""Owns pending.json: which records an open issue or pull request names, and where it is discussed."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import Any

_ID = re.compile(r"\bAIR-\d{4}-\d{4,9}\b", re.ASCII)
MOST = 10


def pending(listed: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """By record id, the number and address of each open discussion; of its text nothing but ids is taken.

    `listed` is what the forge's client prints: objects with number, title, url and, if wanted, body.
    """
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for item in listed:
        number, url = item.get("number"), str(item.get("url", ""))
        if not isinstance(number, int) or not re.fullmatch(r"https://[^\s<>\"']+", url):
            continue
        for record in sorted(set(_ID.findall(f"{item.get('title', '')} {item.get('body', '')}"))):
            if len(found[record]) < MOST:
                found[record].append({"number": number, "url": url})
    return {k: sorted(v, key=lambda x: x["number"]) for k, v in sorted(found.items())}


def as_json(listed: list[dict[str, Any]]) -> str:
    """pending.json; with nothing open, an empty object."""
    return json.dumps(pending(listed), ensure_ascii=True) + "\n"
