"""Owns the Parquet form of a table: typed columns, terms dictionary-encoded, lists as lists, the point as GeoParquet."""

from __future__ import annotations

import struct

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from ..dataset import Row, Value
from ..schema import Column, TableSchema

GEOMETRY = "geometry"
# WGS 84 with longitude first is GeoParquet's default, so that no CRS needs to be spelled out.
_GEO = {"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: {"encoding": "WKB", "geometry_types": ["Point"]}}}


def parquet(schema: TableSchema, rows: list[Row]) -> bytes:
    """The file of a table; a table with `latitude` and `longitude` also gets `geometry`, a WKB point or null.

    Every column carries its title, description, unit and vocabulary as field metadata.
    """
    fields = [_field(schema, c) for c in schema.columns]
    arrays = [_array([row[c.name] for row in rows], f.type) for c, f in zip(schema.columns, fields, strict=True)]
    metadata = {"title": schema.title, "description": schema.description}
    if {"latitude", "longitude"} <= set(schema.names):
        fields.append(pa.field(GEOMETRY, pa.binary(), metadata={"description": "Point of latitude and longitude, as well-known binary."}))
        arrays.append(pa.array([_point(row["longitude"], row["latitude"]) for row in rows], type=pa.binary()))
        metadata["geo"] = orjson.dumps(_GEO).decode()
    out = pa.BufferOutputStream()
    pq.write_table(
        pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata=metadata)), out, compression="zstd", row_group_size=20_000
    )
    return out.getvalue().to_pybytes()


def _field(schema: TableSchema, column: Column) -> pa.Field:
    kinds = {"integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_(), "date": pa.date32()}
    terms = column.list_of or schema.terms_of(column.name)
    kind = kinds.get(column.type, pa.string())
    if column.list_of:
        kind = pa.list_(pa.string())
    elif terms and kind == pa.string():
        kind = pa.dictionary(pa.int32(), pa.string())
    told = {
        "title": column.descriptor["title"],
        "description": column.descriptor["description"],
        "unit": column.descriptor.get("unit", ""),
        "terms": terms,
    }
    return pa.field(column.name, kind, metadata={k: v for k, v in told.items() if v})


def _array(values: list[Value], kind: pa.DataType) -> pa.Array:
    """A column; days and dictionaries are made of texts by pyarrow itself, which is far quicker than value by value."""
    if pa.types.is_date(kind):
        return pa.array(values, type=pa.string()).cast(kind)
    return pa.array(values, type=pa.string()).dictionary_encode() if pa.types.is_dictionary(kind) else pa.array(values, type=kind)


def _point(longitude: Value, latitude: Value) -> bytes | None:
    """A little-endian WKB point: byte order, type 1, x, y."""
    if not isinstance(longitude, (int, float)) or not isinstance(latitude, (int, float)):
        return None
    return struct.pack("<BIdd", 1, 1, longitude, latitude)
