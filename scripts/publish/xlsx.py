"""Owns the XLSX form: a sheet a table with its header in row 1, days as days, and every text as a text."""

from __future__ import annotations

import datetime as dt
import io
import logging
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from typing import Any

import xlsxwriter

from ..dataset import Row, Value
from ..derive import Collection
from ..schema import LIST_SEPARATOR, Column
from . import flat
from .codebook import Codebook, Entry

ROW_LIMIT = 1_048_576
"""Rows that a worksheet can hold, the header among them."""

log = logging.getLogger(__name__)

_WIDE = {"title", "summary", "assessment", "says", "url", "description", "definition"}


def xlsx(collection: Collection, rows: list[Row], book: Codebook, built: dt.datetime, limit: int = ROW_LIMIT) -> bytes:
    """The workbook: the flat `rows`, every table, all terms in one sheet, and the codebook.

    A table of `limit` rows or more does not fit a worksheet: it is cut, and its last row says so.
    """
    out = io.BytesIO()
    # Constant memory writes texts in place, so that no text can be shared and a formula is never guessed.
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as workbook:
        workbook.set_properties({"title": "Airspace Incursion Record", "created": built.replace(tzinfo=None)})
        writer = _Writer(workbook, limit)
        schemas = collection.dataset.schemas
        table = flat.schema(schemas["incidents"])
        writer.sheet(table.path.removeprefix("data/").removesuffix(".csv"), table.columns, rows)
        for name, schema in schemas.items():
            if not schema.is_terms:
                writer.sheet(name, schema.columns, collection.dataset.typed(name))
        writer.sheet("terms", _plain("list", "id", "label", "definition"), _terms(book))
        writer.sheet("codebook", _plain(*(f.name for f in fields(Entry))), (asdict(e) for e in book.entries))
    return out.getvalue()


def _plain(*names: str) -> list[Column]:
    return [Column({"name": n, "type": "string"}) for n in names]


def _terms(book: Codebook) -> Iterable[Row]:
    for name, terms in book.vocabularies.items():
        for row in terms:
            yield {"list": name, "id": row["id"], "label": row["label"], "definition": row["definition"]}


class _Writer:
    """Writes sheets of one workbook, with its three formats."""

    def __init__(self, workbook: Any, limit: int) -> None:
        self.workbook, self.limit = workbook, limit
        self.head = workbook.add_format({"bold": True, "bg_color": "#E8ECF1", "bottom": 1})
        self.day = workbook.add_format({"num_format": "yyyy-mm-dd"})

    def sheet(self, name: str, columns: Sequence[Column], rows: Iterable[Row]) -> None:
        """One sheet: bold frozen header, filters, a row a record."""
        sheet = self.workbook.add_worksheet(name)
        sheet.freeze_panes(1, 1)
        for at, column in enumerate(columns):
            sheet.set_column(at, at, 60 if column.name in _WIDE else max(11, min(24, len(column.name) + 3)))
            sheet.write_string(0, at, column.name, self.head)
        last = 0
        for last, row in enumerate(rows, 1):
            if last == self.limit - 1:
                sheet.write_string(
                    last, 0, f"This table has more rows than a worksheet can hold ({self.limit:,}); the rest stands in {name}.csv."
                )
                log.warning("%s: cut at %d rows, as a worksheet can hold no more", name, self.limit)
                break
            for at, column in enumerate(columns):
                self.cell(sheet, last, at, column, row[column.name])
        sheet.autofilter(0, 0, max(last, 1), len(columns) - 1)

    def cell(self, sheet: Any, row: int, at: int, column: Column, value: Value) -> None:
        """One cell by its type; a text is never taken for a formula, a number or a link."""
        if value is None:
            return
        if isinstance(value, bool):
            sheet.write_boolean(row, at, value)
        elif isinstance(value, (int, float)):
            sheet.write_number(row, at, value)
        elif column.type == "date" and isinstance(value, str):
            sheet.write_datetime(row, at, dt.date.fromisoformat(value), self.day)
        elif value != "":
            sheet.write_string(row, at, LIST_SEPARATOR.join(value) if isinstance(value, list) else str(value))
