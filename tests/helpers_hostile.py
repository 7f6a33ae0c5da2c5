"""Owns hostile texts and a build of the sample that has one in every text field, made with `check` put to sleep."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config

from scripts import rules
from scripts.dataset import Dataset
from scripts.schema import TableSchema, read_schemas
from tests.conftest import REPOSITORY, copy_sample

MARK = "pwned"
PAYLOADS = (
    "<script>window.pwned=1</script>",
    "<img src=x onerror=window.pwned=1>",
    "<svg/onload=window.pwned=1>",
    "<svg><script>window.pwned=1</script></svg>",
    "<iframe srcdoc='<script>parent.pwned=1</script>'></iframe>",
    '"><script>window.pwned=1</script>',
    "' autofocus onfocus='window.pwned=1",
    '" onmouseover="window.pwned=1" x="',
    "</title><script>window.pwned=1</script>",
    "</textarea></style></noscript><script>window.pwned=1</script>",
    "</script><script>window.pwned=1</script>",
    "<!-- --!><script>window.pwned=1</script>",
    "<a href=javascript:window.pwned=1>x</a>",
    "[x](javascript:window.pwned=1)",
    "![x](http://evil.invalid/x.png)",
    "`code` **bold** <http://evil.invalid>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=window.pwned=1>",
    "{{ 7*191 }}",
    "{% raw %}${7*191}",
    '{"@type":"x"}</script>',
    "]]><x>&xxe;</x><![CDATA[",
    '<!DOCTYPE x [<!ENTITY xxe SYSTEM "file:///etc/hostname">]>',
    '=HYPERLINK("http://evil.invalid","x")',
    "=cmd|'/C calc'!A0",
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|'x'!A0",
    "@SUM(1+1)*cmd|'x'!A0",
    "\t=1+1",
    "\nBEGIN:VEVENT\nSUMMARY:pwned\nEND:VEVENT",
    "\r\nATTACH:http://evil.invalid/x",
    "; DROP TABLE incidents; --",
    "\u202e\u2066gnp.exe",
    "&lt;script&gt;window.pwned=1&lt;/script&gt;",
    "javascript:window.pwned=1//",
)
ADDRESSES = (
    "javascript:window.pwned=1",
    " javascript:window.pwned=1",
    "JaVaScRiPt:window.pwned=1",
    "data:text/html,<script>window.pwned=1</script>",
    "vbscript:x",
    "//evil.invalid/x",
    'https://a.example/"onmouseover="window.pwned=1',
    "https://a.example/'><script>window.pwned=1</script>",
    "file:///etc/passwd",
    "https://[::1",
)
_LEFT = ("id", "incident_id", "related_id", "replaced_by", "row", "rule", "language", "languages", "code")


def fields(schema: TableSchema) -> list[str]:
    """The columns of a table that hold free text."""
    keyed = {c for k in schema.foreign_keys for c in k.columns} | {c for c in schema.primary_key if c != "where"}
    return [
        c.name
        for c in schema.columns
        if c.type == "string"
        and not c.constraints.get("pattern")
        and not c.constraints.get("enum")
        and not c.list_of
        and c.name not in keyed
        and c.name not in _LEFT
        and not (schema.is_terms and c.name not in ("label", "definition", "note"))
    ]


def spoil(root: Path) -> int:
    """Put every payload into every text field of the tables and vocabularies under `root`; how many fields."""
    count = 0
    for schema in read_schemas(root).values():
        path = root / schema.path
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        for column in fields(schema):
            at = header.index(column)
            for i, row in enumerate(rows):
                # Each row begins with another payload, since some only work at the start; vocabularies hold one each.
                turn = (i * 7 + at * 3) % len(PAYLOADS)
                row[at] = PAYLOADS[turn] if schema.is_terms else " ".join([*PAYLOADS[turn:], *PAYLOADS[:turn]])
            count += bool(rows)
        for column in ("url", "archive_url") if schema.name == "sources" else ():
            for i, row in enumerate(rows):
                row[header.index(column)] = ADDRESSES[(i * 2 + (column == "url")) % len(ADDRESSES)]
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *rows])
    return count


def lenient(root: Path) -> Dataset:
    """The tables read by Python's own CSV reader, which allows the line breaks that ours refuses."""
    import pandas as pd

    from scripts.tables import Table

    found = {}
    for name, schema in read_schemas(root).items():
        with (root / schema.path).open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        found[name] = Table(schema, pd.DataFrame(rows, columns=header, dtype=object))
    return Dataset(root, found)


def publish(base: Path) -> Path:
    """Build the spoiled sample with every rule asleep; the folder of the site."""
    root = copy_sample(base / "root")
    spoil(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rules, "check", lambda *_: [])
        patch.setattr(Dataset, "load", classmethod(lambda cls, root: lenient(root)))
        patch.setenv("AIR_ROOT", str(root))
        patch.setenv("SITE_URL", "https://air.example.org/")
        config = load_config(str(REPOSITORY / "mkdocs.yml"), site_dir=str(base / "site"))
        config.plugins.on_startup(command="build", dirty=False)
        build(config)
    return base / "site"
