"""Owns the search index: words in small files by their first two letters, and entries in chunks, fetched only as typed."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import orjson

from ...record import Record
from ..context import Context
from . import lists, words

CHUNK = 100
"""Entries in one file: the best ten answers are mostly among the newest, so in one or two files."""

_FOLDS = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})
_MARKS = re.compile("[\u0300-\u036f]")
_WORD = re.compile(r"[^\W_]+")

# Text pages that an answer may lead to: path, title, words besides the title.
TEXTS = (
    ("methodology/", "Methodology", "scope evidence counting attribution existence borders"),
    ("codebook/", "Codebook", "columns terms definitions vocabulary"),
    ("data/", "Data downloads", "csv json parquet sqlite excel geojson api"),
    ("coverage/", "Coverage", "searches gaps languages"),
    ("debunked/", "Refuted and explained", "debunked false alarms hobby balloon bird"),
    ("contribute/", "Correct something", "contribute correction mistake report"),
    ("cite/", "Cite", "citation bibtex licence"),
    ("changes/", "Changes", "history corrections versions"),
    ("about/", "About and privacy", "contact who privacy"),
)


@dataclass(frozen=True)
class Entry:
    """A page that search may answer with: strong words are its names, weak ones the rest of its text."""

    path: str
    title: str
    note: str
    family: str
    strong: str
    weak: str


def fold(text: str) -> str:
    """A text in lower case without diacritics; the same as `fold` in docs/assets/fold.js."""
    return _MARKS.sub("", unicodedata.normalize("NFD", text.lower())).translate(_FOLDS)


def entries(context: Context) -> Iterator[Entry]:
    """Every page that search answers with: listings and texts, then records, newest first."""
    for section, name in (("countries", "country"), ("categories", "kind of object"), ("operators", "operator"), ("years", "year")):
        for code, label, figures in lists.index_rows(context, section):
            yield Entry(
                f"{section}/{code}/",
                label,
                f"{name}, {words.counted(figures.records, 'record', 'records')}",
                "",
                f"{label} {code.replace('_', ' ')}",
                "",
            )
    for path, title, more in TEXTS:
        yield Entry(path, title, "page", "", title, more)
    for record in context.collection.records:
        yield _record(context, record)


def _record(context: Context, record: Record) -> Entry:
    label, row = context.collection.label, record.row
    places = " ".join(f"{p['place']} {p['admin1'] or ''}" for p in record.locations)
    named = [
        label("countries", record.country),
        *(label("category", c) for c in record.categories),
        *(label("parties", o) for o in record.operators),
        *(label("models", o["model"]) for o in record.objects if o["model"]),
    ]
    weak = f"{row['summary']} {' '.join(named)} {record.id} {label('existence', row['existence'])}"
    return Entry(
        f"incidents/{record.id}/",
        str(row["title"]),
        f"{words.when(row)}, {label('countries', record.country)}",
        context.collection.family(record),
        f"{row['title']} {places}",
        weak,
    )


def shard(word: str) -> str:
    """The file of a folded word: its first two letters, or `other` for other alphabets."""
    return word[:2] if re.fullmatch(r"[a-z0-9]{2}", word[:2]) else "other"


def files(found: list[Entry]) -> Iterator[tuple[str, bytes]]:
    """The index of some entries: (path, bytes). A word has two lists of entry numbers, strong and weak, as differences."""
    postings: dict[str, dict[str, tuple[list[int], list[int]]]] = defaultdict(dict)
    for number, entry in enumerate(found):
        strong = set(_WORD.findall(fold(entry.strong)))
        for word in strong | set(_WORD.findall(fold(entry.weak))):
            if len(word) > 1:
                postings[shard(word)].setdefault(word, ([], []))[word not in strong].append(number)
    for start in range(0, len(found), CHUNK):
        yield (
            f"assets/search/e{start // CHUNK}.json",
            orjson.dumps([[e.path, e.title, e.note, e.family] for e in found[start : start + CHUNK]]),
        )
    for key, own in sorted(postings.items()):
        yield f"assets/search/w-{key}.json", orjson.dumps({w: [_differences(own[w][0]), _differences(own[w][1])] for w in sorted(own)})
    yield "assets/search/shards.json", orjson.dumps({"chunk": CHUNK, "entries": len(found), "shards": sorted(postings)})


def _differences(numbers: list[int]) -> list[int]:
    return [b - a for a, b in zip([0, *numbers], numbers, strict=False)]
