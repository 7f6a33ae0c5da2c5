"""Owns whom the page of changes thanks: the names that contributors asked for, as `Thanks: <name>` at the end of a commit's message.

A name is anybody's text. Only letters, digits, blanks and a few marks pass, so that it is no link, mention or markup wherever it is
written: in a commit, in a pull request, on a page.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

LONGEST = 60
LOG = ("log", "-z", "--format=%H%x1f%P%x1f%B")
"""What git is asked for: each commit with its parents and its whole message, newest first."""

_MARKS = " .'’-"
_TRAILER = re.compile(r"[A-Za-z][\w-]*: *\S.*", re.ASCII)


def plain(name: str) -> str:
    """A name in NFC with single blanks."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def fault_of(name: str) -> str:
    """What is wrong with a name, as an expectation; an empty text if nothing is."""
    if not 0 < len(name) <= LONGEST:
        return f"a name of at most {LONGEST} characters"
    if not all(c in _MARKS or unicodedata.category(c)[0] in "LM" or c.isdecimal() for c in name) or "www." in name.casefold():
        return "a name of letters, digits, blanks, dots, apostrophes and hyphens"
    return "" if any(c.isalpha() for c in name) else "a name with a letter in it"


def line(name: str) -> str:
    """The line that asks for thanks, as it ends a message."""
    return f"Thanks: {plain(name)}"


def named(message: str) -> Iterator[str]:
    """The names that a message thanks: in paragraphs of `Key: value` lines alone, since a forge may add one after ours."""
    for paragraph in re.split(r"\n\s*\n", message.replace("\r\n", "\n").strip()):
        lines = paragraph.strip().split("\n")
        if all(_TRAILER.fullmatch(x.strip()) for x in lines):
            names = (plain(x.partition(":")[2]) for x in lines if x.strip().startswith("Thanks:"))
            yield from (n for n in names if not fault_of(n))


def by_commit(log: str) -> dict[str, tuple[str, ...]]:
    """Of a `LOG`, the names that each commit of the main line thanks, with those of the commits that it merged."""
    parents: dict[str, list[str]] = {}
    names: dict[str, list[str]] = {}
    for entry in log.split("\0"):
        commit, line_of_parents, message = [*entry.split("\x1f", 2), "", ""][:3]
        if commit:
            parents[commit], names[commit] = line_of_parents.split(), list(named(message))
    main: list[str] = []
    at = next(iter(parents), "")
    while at in parents:
        main.append(at)
        at = parents[at][0] if parents[at] else ""
    seen: set[str] = set()
    found = {}
    for commit in reversed(main):
        # The main line's own past was seen before, so that only what this commit brought in is left.
        brought, waiting = [], [commit]
        while waiting:
            one = waiting.pop()
            if one in parents and one not in seen:
                seen.add(one)
                brought += names[one]
                waiting += parents[one]
        if brought:
            found[commit] = tuple(dict.fromkeys(brought))
    return found
