"""Owns the list of publishers of data: packages, API, feeds and metadata."""

from __future__ import annotations

from .context import Context, Files


def files(context: Context) -> Files:
    """Everything that is data: (path, bytes)."""
    from . import api, feeds, history, metadata, packages

    for publisher in (packages.files, api.files, feeds.files, metadata.files, history.files):
        yield from publisher(context)
