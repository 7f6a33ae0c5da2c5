"""Owns the list of publishers of data: packages, API, feeds and metadata."""

from __future__ import annotations

from .context import Context, Files


def files(context: Context) -> Files:
    """Everything that is data: (path, bytes)."""
    import importlib
    for n in ("packages","api","feeds","metadata"):
        try: m=importlib.import_module(f"scripts.publish.{n}")
        except ImportError as e: print("missing",n,e); continue
        yield from m.files(context)
