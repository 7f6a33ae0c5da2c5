"""Rules on addresses of sources."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from ..dataset import Dataset
from .rule import Finding, rule

_PLAIN = re.compile(r"https?://(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]*(?:[/?#][!#-;=?-\[\]_a-z~]*)?")
"""An address as nearly all are, with which nothing can be wrong; others are taken apart."""

_UNSAFE = re.compile(r'[ "<>\\^`{|}]')


def same_page(url: str) -> str:
    """An address without what does not change the page: scheme, www., a fragment, a final slash."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return f"{parts.netloc.lower().removeprefix('www.')}{parts.path.rstrip('/')}?{parts.query}"


@rule(
    "url",
    "Addresses are whole http or https addresses with a host name and without user names, and not those of a search or of this site.",
    "A link is followed by readers; it must be what it seems.",
)
def url(dataset: Dataset) -> Iterator[Finding]:
    for column in ("url", "archive_url"):
        bad = {v: f for v in dataset.distinct["sources"][column] if v and (f := fault_of(v))}
        for line, value in dataset.lines_of("sources", column, bad):
            yield "sources", line, column, value, bad[value], "Copy the address from the page's own link, https:// first."


def fault_of(value: str) -> str:
    """What is wrong with a web address, as an expectation; an empty text if nothing is."""
    return "" if _PLAIN.fullmatch(value) else _fault_of(value)


def _fault_of(value: str) -> str:
    try:
        parts = urlsplit(value)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "an address that can be read"
    if parts.scheme not in ("http", "https"):
        return "an address that begins with http:// or https://"
    if "." not in host or host.replace(".", "").isdigit():
        return "an address with a host name"
    if parts.username or parts.password or port:
        return "an address without user name, password or port"
    if not value.isprintable() or _UNSAFE.search(value):
        return "an address without blanks, quotes or brackets (write them as %20 and so on)"
    return ""


@rule(
    "duplicate-source",
    "No page stands twice among the sources.",
    "One page under two ids counts as two publishers.",
)
def duplicate_source(dataset: Dataset) -> Iterator[Finding]:
    rows = dataset["sources"]
    first: dict[str, str] = {}
    for line, source, address in zip(rows.index, rows["id"], rows["url"], strict=True):
        other = first.setdefault(same_page(address), source)
        if other != source:
            yield (
                "sources",
                line,
                "url",
                address,
                f"a page that is not listed yet; it is {other}",
                f"Cite {other} instead, and delete this row.",
            )
