"""What several keywords of one schema say together: type and enum, type and default, null.

In: a schema whose single keywords are in order. Out: the same schema without contradictions that
would make every value invalid. May not know: references, other schemas.
"""

from __future__ import annotations

from typing import Any

from apidouble.document import keywords
from apidouble.document.keywords import DROP
from apidouble.document.pointers import Place
from apidouble.document.report import Report, shorten
from apidouble.document.versions import OAS30, OAS31

Node = dict[str, Any]
_COMBINING = ("$ref", "allOf", "anyOf", "oneOf")


class Together:
    """Repairs one schema at a time."""

    def __init__(self, report: Report) -> None:
        self._report = report

    def fit(self, node: Node, place: Place, version: int) -> bool:
        """Repair the schema; true if null must be allowed beside all that it says."""
        wrapped = self._null(node, place, version) or self._only_null(node, place)
        self._types(node, place, nullable=wrapped)
        self._formats(node)
        return wrapped

    def _types(self, node: Node, place: Place, *, nullable: bool) -> None:
        kind = node.get("type")
        if kind is not None:
            kinds = [kind] if isinstance(kind, str) else kind
            if "enum" in node:
                self._enum(node, kinds, place)
            if "default" in node and not (nullable and node["default"] is None):
                self._default(node, kinds, place)
        elif "enum" in node and "default" in node and node["default"] not in node["enum"]:
            self._without_default(node, place, "one of the enum's values")

    def _enum(self, node: Node, kinds: list[str], place: Place) -> None:
        enum = node["enum"]
        misfits = [value for value in enum if value is not None and not keywords.fits(value, kinds)]
        if not misfits:
            return
        here = (place, "enum")
        items = node.get("items")
        if (
            kinds == ["array"]
            and len(misfits) == len(enum)
            and (items is None or (type(items) is dict and "$ref" not in items))
        ):
            del node["enum"]
            if items is None:
                node["items"] = {"enum": enum}
            else:
                items.setdefault("enum", enum)
            self._tell(
                here,
                "enum-items",
                "enum lists values for the array's items; read so",
                "`enum` inside `items`",
            )
            return
        read = [
            value if value is None or keywords.fits(value, kinds) else keywords.coerce(value, kinds)
            for value in enum
        ]
        if DROP not in read:
            node["enum"] = read
            self._tell(
                here,
                "enum",
                f"enum holds {shorten(misfits[0])}; read as {'/'.join(kinds)}",
                f"values of type {'/'.join(kinds)}",
            )
        elif len(misfits) == len(enum):
            del node["type"]
            self._tell(
                here,
                "enum",
                f"no value of enum is of type {'/'.join(kinds)}; the type is left out",
                "values that fit the type",
            )

    def _default(self, node: Node, kinds: list[str], place: Place) -> None:
        value = node["default"]
        if not keywords.fits(value, kinds):
            if value is None:
                del node["default"]  # `default: null` is how generators write that there is none
                return
            read = (
                [value] if "array" in kinds and not isinstance(value, dict) else keywords.coerce(value, kinds)
            )
            if read is DROP:
                self._without_default(node, place, f"a value of type {'/'.join(kinds)}")
                return
            node["default"] = read
            message = f"default {shorten(value)} read as {shorten(read)}"
            self._tell((place, "default"), "default", message, f"a value of type {'/'.join(kinds)}")
        if "enum" in node and node["default"] not in node["enum"]:
            self._without_default(node, place, "one of the enum's values")

    def _without_default(self, node: Node, place: Place, expected: str) -> None:
        value = node.pop("default")
        if value is not None:
            self._tell(
                (place, "default"),
                "default",
                f"default {shorten(value)} does not fit; it is left out",
                expected,
            )

    def _formats(self, node: Node) -> None:
        if "example" in node and "examples" not in node:
            node["examples"] = [node["example"]]
        # 3.0 and 3.1 say the same in two ways, but only a format is checked: `contentEncoding` must not be
        # (JSON Schema 2020-12, Validation, section 8.2)
        if node.get("format") == "byte":
            node.setdefault("contentEncoding", "base64")

    def _null(self, node: Node, place: Place, version: int) -> bool:
        """Say null by type where that is enough; true where the schema must be wrapped."""
        keyword = "nullable"
        if version < OAS30:
            node.pop("nullable", None)
            keyword = "x-nullable"
        if keyword not in node or keywords.boolean(node.pop(keyword)) is not True:
            return False
        if version >= OAS31:
            message = "nullable is no keyword of OpenAPI 3.1; honoured all the same"
            self._tell((place, keyword), "nullable", message, "type: [..., 'null']")
        enum = node.get("enum")
        if enum is not None and None not in enum:
            return False  # OAS 3.0.3: an enum without null does not allow null, nullable or not
        if "not" in node or any(key in node for key in _COMBINING):
            return True
        kind = node.get("type")
        kinds = [kind] if isinstance(kind, str) else kind or ["null"]
        if "null" not in kinds:
            node["type"] = [*kinds, "null"]
        return False

    def _only_null(self, node: Node, place: Place) -> bool:
        """`type: "null"` beside a choice of schemas is how generators write that the choice may be null."""
        if node.get("type") not in ("null", ["null"]) or not any(key in node for key in _COMBINING):
            return False
        del node["type"]
        self._tell(
            (place, "type"),
            "null",
            "type: 'null' beside schemas for other values; read as those values or null",
            "anyOf with {type: 'null'} among them",
        )
        return True

    def _tell(self, place: Place, kind: str, message: str, expected: str) -> None:
        self._report.add(place, f"schema-{kind}", message, expected=expected)
