"""Owns what a published file says of itself: path, bytes, media type, rows and sum."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson

from ..schema import TableSchema


@dataclass(frozen=True)
class Download:
    """One file under `data/`: `rows` is None where it is no table; `about` is one sentence for the downloads page.

    `schema` is that of a CSV table. Compared by identity, since the bytes may be many.
    """

    path: str
    data: bytes
    media_type: str
    title: str
    about: str
    rows: int | None = None
    schema: TableSchema | None = None

    @property
    def name(self) -> str:
        """The file's name under `data/`."""
        return self.path.removeprefix("data/")

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.data)

    @cached_property
    def sha256(self) -> str:
        """The SHA-256 sum, in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()


def compact(value: Any) -> bytes:
    """JSON for programs: no idle blanks, a final newline."""
    return orjson.dumps(value) + b"\n"
