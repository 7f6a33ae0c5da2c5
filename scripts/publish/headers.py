"""Owns the Content-Security-Policy: hashes of the theme's inline scripts as this build has them, and the headers for hosts."""

from __future__ import annotations

import base64
import hashlib
import re

PATH = "_headers"

_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.S | re.I)
# A block of data is never run, so the policy need not name it.
_DATA = re.compile(r"\btype=[\"']?(?:application/(?:ld\+)?json|text/plain)", re.I)

DIRECTIVES = (
    ("default-src", "'none'"),
    ("style-src", "'self'"),
    ("img-src", "'self' data:"),
    ("font-src", "'self'"),
    ("connect-src", "'self'"),
    ("manifest-src", "'self'"),
    ("worker-src", "'self'"),
    ("form-action", "'self'"),
    ("base-uri", "'none'"),
    ("frame-ancestors", "'none'"),
    ("object-src", "'none'"),
)
OTHERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)


def hashes(page: str) -> set[str]:
    """The policy's sources for every inline script of a page, as `'sha256-…'`."""
    inline = (text for attributes, text in _SCRIPT.findall(page) if " src" not in attributes and not _DATA.search(attributes))
    return {f"'sha256-{base64.b64encode(hashlib.sha256(t.encode()).digest()).decode()}'" for t in inline}


def policy(scripts: set[str]) -> str:
    """The Content-Security-Policy under which these inline scripts, and none besides, may run."""
    allowed = [("script-src", " ".join(["'self'", *sorted(scripts)]))]
    return "; ".join(f"{name} {value}" for name, value in [*DIRECTIVES[:1], *allowed, *DIRECTIVES[1:]])


def file(scripts: set[str]) -> bytes:
    """The headers in the form that static hosts read (`_headers`): for every path, and open data for other sites' scripts."""
    lines = ["/*", f"  Content-Security-Policy: {policy(scripts)}", *(f"  {n}: {v}" for n, v in OTHERS)]
    lines += [line for path in ("/api/*", "/data/*") for line in (path, "  Access-Control-Allow-Origin: *")]
    return "\n".join([*lines, ""]).encode()
