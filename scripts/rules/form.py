"""Rules on the form of the files: the reader finds most faults (`form`), canonical form is compared here."""

from __future__ import annotations

from collections.abc import Iterator

from .. import lines, tables
from ..dataset import Dataset
from .rule import Finding, rule


def _read_faults(dataset: Dataset) -> Iterator[Finding]:
    """The reader has reported these already (dataset.form_problems)."""
    yield from ()


form = rule(
    lines.FORM,
    "Files are UTF-8 without BOM, LF, with a final newline; every row is one line with as many cells as the header.",
    "A file that every tool reads alike keeps each change to the lines that it means to change.",
)(_read_faults)


@rule(
    "canonical",
    "Writing a table again changes no byte: rows in natural order of their key, minimal quoting, cells trimmed.",
    "When there is one way to write a row, a difference in git is a difference in fact.",
)
def canonical(dataset: Dataset) -> Iterator[Finding]:
    for name, table in dataset.tables.items():
        if table.problems:
            continue
        if not table.schema.keeps_order:
            late = tables.first_out_of_order(table)
            if late is not None:
                shown = "/".join(table.rows[c].iloc[late] for c in table.schema.primary_key)
                yield (
                    name,
                    int(table.rows.index[late]),
                    table.schema.primary_key[0],
                    shown,
                    "rows in natural order of their key",
                    "Run `make fix`; it sorts the rows.",
                )
                continue
        if table.differs:
            line, is_now = table.differs
            yield name, line, "", is_now, "the canonical form (minimal quoting, no empty lines)", "Run `make fix`."
