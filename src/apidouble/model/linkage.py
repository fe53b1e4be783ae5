"""Relationships of JSON:API records: `relationships/author/data/id` holds the key of an author.

In: a record's schema. Out: the field of each relationship to one record. May not know: collections.
"""

from __future__ import annotations

from collections.abc import Iterator

from apidouble.model.names import words
from apidouble.model.schemas import Schemas, Shape


def linkages(schemas: Schemas, record: Shape) -> Iterator[tuple[tuple[str, ...], str, Shape]]:
    """Words of the relationship's name, field of the key, shape of the key (JSON:API 1.1, 7.2.2.2)."""
    if "relationships" not in record.properties or "type" not in record.properties:
        return
    holder = schemas.property(record, "relationships")
    for name in holder.properties:
        data = schemas.property(schemas.property(holder, name), "data")
        key = schemas.property(data, "id")
        if data.is_object and not data.is_array and key.is_scalar:
            yield words(name), f"relationships/{name}/data/id", key
