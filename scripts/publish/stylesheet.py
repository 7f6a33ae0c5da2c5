"""Owns the one stylesheet of the site: of the theme's what our pages use, then our own; a phone waits for nothing else.

The theme's stylesheets are 150 kB for features most of which we do not switch on, and nothing is painted before they are there
and parsed. What is left out is listed here; whatever is not listed stays, so that an upgrade of the theme shows as it is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import tinycss2

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
_CLASS = re.compile(r"[.#]((?:\\.|[\w-])+)")
_PROPERTY = re.compile(r"(?<=[{;])(--[\w-]+):((?:\"[^\"]*\"|url\([^)\"]*\)|[^;{}\"])*)(?:;|(?=\}))")


def joined(theme: Sequence[str], own: str) -> str:
    """The theme's stylesheets without what no page uses, followed by ours; raises ValueError where one is no CSS."""
    kept = "\n".join("".join(_slim(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True))) for text in theme)
    used = set(re.findall(r"var\((--[\w-]+)", kept + own))
    return _PROPERTY.sub(lambda m: m[0] if m[1] in used else "", kept) + "\n" + own


def _slim(rules: Sequence[Any]) -> Iterator[str]:
    for rule in rules:
        if rule.type == "error":
            raise ValueError(f"a stylesheet of the theme is no CSS, line {rule.source_line}: {rule.message}")
        if rule.type == "at-rule" and rule.lower_at_keyword in ("media", "supports"):
            inner = "".join(_slim(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)))
            yield f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{inner}}}" if inner else ""
        elif rule.type == "at-rule":
            # The joined sheet is served as UTF-8, and the word is allowed at its very beginning alone.
            yield "" if rule.lower_at_keyword == "charset" else rule.serialize()
        elif some := [s for s in _selectors(rule.prelude) if _serves(s)]:
            yield f"{','.join(some)}{{{tinycss2.serialize(rule.content)}}}"


def _selectors(prelude: Sequence[Any]) -> Iterator[str]:
    """The selectors of a rule; a comma within brackets stands within its block and parts nothing."""
    start = 0
    for i, token in enumerate([*prelude, None]):
        if token is None or (token.type == "literal" and token.value == ","):
            yield tinycss2.serialize(prelude[start:i]).strip()
            start = i + 1


def _serves(selector: str) -> bool:
    return not _ELSEWHERE.search(selector) and not any(UNUSED.match(name) for name in _CLASS.findall(_QUOTED.sub("", selector)))
