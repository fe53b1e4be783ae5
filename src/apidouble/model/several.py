"""Creates of many records at once: arrays, and objects around one (`{items: [...]}`).

In: what an operation is given, the collections. Out: where the array of records stands, and drafts. May
not know: verbs of other operations, stores.
"""

from __future__ import annotations

from apidouble.model.drafts import Draft, overlap
from apidouble.model.groups import Group, Home
from apidouble.model.landscape import Landscape
from apidouble.model.names import words
from apidouble.model.readings import Reading
from apidouble.model.resource import Pointer, Verb
from apidouble.model.schemas import Schemas, Shape

BATCH = frozenset({"batch", "bulk", "batches", "multi", "multiple", "mass", "many"})
"""Words of operations that work on many records at once."""
_MAKING = frozenset({"create", "creates", "add", "new", "insert", "import", "creation", "save", "upload"})


def records_in(given: Shape, home: Home, schemas: Schemas) -> Pointer | None:
    """Where a body holds an array of a collection's records, and nothing else that matters; None if not."""
    if given.is_array:
        return () if _alike(schemas.items(given), home) else None
    arrays = [name for name in given.properties if schemas.property(given, name).is_array]
    holding = [name for name in arrays if _alike(schemas.items(schemas.property(given, name)), home)]
    if len(holding) != 1 or given.required - {holding[0]} & home.shape.properties.keys():
        return None
    return (holding[0],)


def _alike(item: Shape, home: Home) -> bool:
    shared = overlap(item, home.shape)
    return bool(shared) and shared * 2 >= min(len(item.properties), len(home.shape.properties))


def bulk(reading: Reading, group: Group, land: Landscape) -> Draft | None:
    """`POST /books/bulk`: many records of the collection above, where the body holds an array of them."""
    said = set(words(reading.literal))
    if reading.method != "POST" or not said & BATCH or said - BATCH - _MAKING:
        return None
    where = [(part.literal.lower(), len(part.parameters)) for part in reading.template.parts]
    for home in land.homes:
        own = [(part.literal.lower(), len(part.parameters)) for part in home.primary.parts]
        if home.singleton or own != where[:-1]:
            continue
        place = records_in(reading.given, home, land.schemas)
        if place is not None:
            why = [f"{reading.literal} makes all records of the array in the body"]
            return Draft(reading, Verb.CREATE, home, group, many=True, inside=place, why=why)
    return None
