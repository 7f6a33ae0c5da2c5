"""Owns the one stylesheet of the site: of the theme's what our pages use, then our own; a phone waits for nothing else.

The theme's stylesheets are 150 kB for features most of which we do not switch on, and nothing is painted before they are there
and parsed. What is left out is listed here; whatever is not listed stays, so that an upgrade of the theme shows as it is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

PATH = "assets/site.css"

# Classes of features that the site has not: the theme's own search, tabs in text, admonitions, code annotations, blogs, and so on.
UNUSED = re.compile(
    r"md-(search|annotation|version|source|consent|feedback|banner|code__|clipboard|hero|author|post|profile|pagination|social|status|tag|progress|select|alternate|meta|path)"
    r"|tabbed|admonition|mermaid|task-list|footnote|arithmatex|critic|keys$|key-|twemoji|linenos|highlighttable"
    r"|(abstract|note|info|tip|success|question|warning|failure|danger|bug|example|quote|hll|filename)$"
)
# One language, written from left to right, and the one colour that is ours.
_ELSEWHERE = re.compile(r"\[dir=rtl\]|\[data-md-color-(primary|accent)=(?!custom)")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_COMMENT = re.compile(r"(\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*')|/\*.*?\*/", re.S)
_CLASS = re.compile(r"[.#]((?:\\.|[\w-])+)")
_PROPERTY = re.compile(r"(?<=[{;])(--[\w-]+):((?:\"[^\"]*\"|url\([^)\"]*\)|[^;{}\"])*)(?:;|(?=\}))")

Rule = tuple[str, str | None]
"""A rule's head and its body; an at-rule without a block has None."""


def joined(theme: Sequence[str], own: str) -> str:
    """The theme's stylesheets without what no page uses, followed by ours."""
    kept = "\n".join(_slim(_bare(text)) for text in theme)
    used = set(re.findall(r"var\((--[\w-]+)", kept + own))
    return _PROPERTY.sub(lambda m: m[0] if m[1] in used else "", kept) + "\n" + own


def _bare(css: str) -> str:
    """A stylesheet without comments; what looks like one within quotes is text."""
    return _COMMENT.sub(lambda m: m[1] or "", css).replace('@charset "UTF-8";', "")


def _slim(css: str) -> str:
    kept = []
    for head, body in rules(css):
        if body is None:
            kept.append(head)
        elif head.startswith(("@media", "@supports")):
            inner = _slim(body)
            kept += [f"{head}{{{inner}}}"] if inner else []
        elif head.startswith("@"):
            kept.append(f"{head}{{{body}}}")
        elif some := [s for s in selectors(head) if _serves(s)]:
            kept.append(f"{','.join(some)}{{{body}}}")
    return "".join(kept)


def _serves(selector: str) -> bool:
    return not _ELSEWHERE.search(selector) and not any(UNUSED.match(name) for name in _CLASS.findall(_QUOTED.sub("", selector)))


def rules(css: str) -> Iterator[Rule]:
    """The rules of a stylesheet without comments, in order."""
    at = 0
    while (opens := css.find("{", at)) >= 0:
        ends = css.find(";", at)
        if css[at] == "@" and 0 <= ends < opens:
            yield css[at : ends + 1], None
            at = ends + 1
            continue
        close = _closing(css, opens)
        yield css[at:opens].strip(), css[opens + 1 : close]
        at = close + 1
        while at < len(css) and css[at].isspace():
            at += 1


def _closing(css: str, opens: int) -> int:
    """Where the block that opens at `opens` closes; braces in quotes are text."""
    depth = 0
    for found in re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|[{}]", re.S).finditer(css, opens):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if not depth:
            return found.start()
    raise ValueError(f"a block of a stylesheet is never closed: {css[opens - 40 : opens + 40]!r}")


def selectors(head: str) -> list[str]:
    """The selectors of a rule, parted at the commas that are in no brackets."""
    found, depth, start = [], 0, 0
    for i, c in enumerate(head):
        depth += (c in "([") - (c in ")]")
        if c == "," and not depth:
            found.append(head[start:i])
            start = i + 1
    return [*found, head[start:]]
