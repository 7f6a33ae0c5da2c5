"""Owns the shell: a page that the theme rendered once, cut at tokens, into which records are poured."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from .render import Body

# Letters only, so that no theme, plugin or minifier has a reason to change them.
TITLE, DESCRIPTION, CONTENT, SLUG = "AirShellTitle", "AirShellDescription", "AirShellContent", "airshellpage"
TOP_ID, TOC_ID, TOC_TEXT = "title", "airshellheading", "AirShellHeading"

SHELL_MARKDOWN = f"""---
title: {TITLE}
description: {DESCRIPTION}
hide: [navigation]
shell: true
---
# {TITLE} {{ #{TOP_ID} }}

{CONTENT}

## {TOC_TEXT} {{ #{TOC_ID} }}

## {TOC_TEXT} {{ #{TOC_ID}again }}
"""

_CONTENT = re.compile(
    rf"<h1 id=\"{TOP_ID}\">(?:(?!</h1>).)*</h1>\s*<p>{CONTENT}</p>\s*<h2 id=\"{TOC_ID}\">.*?</h2>\s*<h2 id=\"{TOC_ID}again\">.*?</h2>", re.S
)
_ITEM = r"<li class=\"md-nav__item\">\s*<a href=\"#{0}\"(?:(?!</li>).)*</li>"
# Two headings, so that what the theme writes between two items is known.
_TOC = re.compile(f"({_ITEM.format(TOC_ID)})(\\s*){_ITEM.format(TOC_ID + 'again')}", re.S)


_KEPT = re.compile(r"(<(pre|script|style|textarea)\b.*?</\2>)|\s*\n\s*", re.S)


def squeeze(page: str) -> str:
    """A page without blank lines and indentation, which are a third of the theme's page; text that is shown as it stands is left."""
    return _KEPT.sub(lambda found: found[1] or "\n", page)


class ShellError(Exception):
    """The theme's output does not hold the tokens where they are expected; the theme has changed."""


@dataclass(frozen=True)
class Shell:
    """The rendered page as literal pieces with the name of a token after each but the last."""

    pieces: tuple[tuple[str, str], ...]
    toc_item: str
    toc_between: str

    @classmethod
    def cut(cls, page: str) -> Shell:
        """Cut a rendered shell page; raises ShellError where a token is missing."""
        items = _TOC.search(page)
        if not items or len(_CONTENT.findall(page)) != 1:
            raise ShellError("the theme's page lacks the content or the contents list of the shell")
        text = _TOC.sub("\0toc\0", page)
        text = _CONTENT.sub("\0content\0", text)
        for name, token in (("title", TITLE), ("description", DESCRIPTION), ("slug", SLUG)):
            # Without a canonical address the slug stands nowhere, and a theme may leave descriptions out.
            if name == "title" and token not in text:
                raise ShellError(f"the theme's page lacks {token}")
            text = text.replace(token, f"\0{name}\0")
        parts = text.split("\0")
        pairs = tuple((parts[i], parts[i + 1] if i + 1 < len(parts) else "") for i in range(0, len(parts), 2))
        return cls(pairs, items[1], items[2])

    def pour(self, slug: str, body: Body) -> str:
        """The finished page of a record under the folder name `slug`."""
        toc = self.toc_between.join(
            self.toc_item.replace(TOC_ID, html.escape(i)).replace(TOC_TEXT, html.escape(t, quote=False)) for i, t in body.toc
        )
        values = {
            "title": html.escape(body.title),
            "description": html.escape(body.description),
            "slug": slug,
            "content": body.html,
            "toc": toc,
            "": "",
        }
        return "".join(piece + values[name] for piece, name in self.pieces)
