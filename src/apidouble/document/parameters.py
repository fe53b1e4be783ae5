"""The parameters of one operation: its own and its path's, complete and without contradiction.

In: parameter lists as published, rewritten. Out: one list for each operation. May not know: how
values are encoded, schemas.
"""

from __future__ import annotations

import re
from typing import Any

from apidouble.document import pointers
from apidouble.document.pointers import Place
from apidouble.document.report import Report
from apidouble.document.swagger_parts import FORMS

Node = dict[str, Any]
Given = list[tuple[Any, Place]]

_TEMPLATE = re.compile(r"\{([^{}/]*)\}")
_LOCATIONS = ("path", "query", "header", "cookie", "querystring")
_SEPARATORS = re.compile(r"[^a-z0-9]+")


class Parameters:
    """Merges and repairs parameter lists of one document."""

    def __init__(self, root: Node, report: Report) -> None:
        self._root, self._report = root, report

    def merge(
        self, own: Given, shared: Given, path: str | None, place: Place
    ) -> tuple[list[Node], Node | None]:
        """The operation's parameters, and a request body where parameters declared one.

        `path` is None where there is no template to compare with (webhooks).
        """
        chosen: dict[tuple[str, str], tuple[Node, Place]] = {}
        bodies: list[tuple[Node, Place]] = []
        for given in (own, shared):
            here: set[tuple[str, str]] = set()
            for node, where in given:
                target = self._whole(node)
                name, location = target.get("name"), target.get("in")
                if location in ("body", "formData"):
                    bodies.append((target, where))
                    continue
                key = self._key(name, location, path, where)
                if key is None:
                    continue
                moved = {**target, "in": "path", "required": True} if key[1] != location else node
                if key in here:
                    self._report.add(
                        where,
                        "parameter-twice",
                        f"the {key[1]} parameter {key[0]!r} is declared twice; the first counts",
                    )
                here.add(key)
                if key not in chosen:
                    chosen[key] = (moved, where)
        if path is not None:
            self._template(chosen, path, place)
        return [node for node, _ in chosen.values()], self._body(bodies)

    def _whole(self, node: Any) -> Node:
        seen = 0
        while isinstance(node, dict) and isinstance(ref := node.get("$ref"), str) and seen < 20:
            seen += 1
            try:
                node = pointers.find(self._root, pointers.split(ref[1:]))
            except KeyError:
                return {}
        return node if isinstance(node, dict) else {}

    def _key(self, name: Any, location: Any, path: str | None, place: Place) -> tuple[str, str] | None:
        if isinstance(name, str) and name and location in _LOCATIONS:
            return name, location
        if name is None and location is None:
            return None  # a reference that leads nowhere; told already
        if isinstance(name, str) and path is not None and name in _TEMPLATE.findall(path):
            self._report.add(
                place, "parameter-in", f"in is {location!r} for {name!r}; read as path", expected="in: path"
            )
            return name, "path"
        self._report.add(
            place,
            "parameter",
            f"a parameter named {name!r} in {location!r}; it is left out",
            expected="a name, and in: path, query, header or cookie",
        )
        return None

    def _template(self, chosen: dict[tuple[str, str], tuple[Node, Place]], path: str, place: Place) -> None:
        """Path parameters are what the template names: no more, no fewer."""
        names = list(dict.fromkeys(_TEMPLATE.findall(path)))
        missing = [name for name in names if (name, "path") not in chosen]
        extra = [name for name, location in chosen if location == "path" and name not in names]
        for name in list(missing):
            twin = _twin(name, extra) or (extra[0] if len(extra) == len(missing) == 1 else None)
            if twin is None:
                continue
            node, where = chosen.pop((twin, "path"))
            chosen[name, "path"] = ({**self._whole(node), "name": name}, where)
            missing.remove(name)
            extra.remove(twin)
            self._report.add(
                where,
                "path-parameter",
                f"the path parameter {twin!r} is {name!r} in the path; read so",
                expected=name,
            )
        for name in extra:
            _, where = chosen.pop((name, "path"))
            self._report.add(
                where, "path-parameter", f"the path {path} has no {{{name}}}; the parameter is left out"
            )
        for name in missing:
            chosen[name, "path"] = (
                {"name": name, "in": "path", "required": True, "schema": {"type": "string"}},
                place,
            )
            self._report.add(
                place,
                "path-parameter",
                f"the path parameter {name!r} is not declared; read as text",
                expected=f"a parameter {name}",
            )

    def _body(self, parameters: list[tuple[Node, Place]]) -> Node | None:
        """`in: body` and `in: formData` belong to Swagger 2.0, but are found in later documents."""
        if not parameters:
            return None
        for node, place in parameters:
            self._report.add(
                place, "body-parameter", f"in is {node.get('in')!r}, as in Swagger 2.0; read as request body"
            )
            if node.get("in") == "body":
                body: Node = {"content": {"application/json": {"schema": node.get("schema", {})}}}
                if node.get("required") is True:
                    body["required"] = True
                return body
        named = [node for node, _ in parameters if isinstance(node.get("name"), str)]
        schema: Node = {
            "type": "object",
            "properties": {node["name"]: node.get("schema", {}) for node in named},
        }
        required = [node["name"] for node in named if node.get("required") is True]
        if required:
            schema["required"] = required
        is_file = any(_is_file(part) for part in schema["properties"].values())
        return {"content": {kind: {"schema": schema} for kind in (FORMS[:1] if is_file else FORMS[::-1])}}


def _is_file(schema: Any) -> bool:
    return isinstance(schema, dict) and schema.get("format") == "binary"


def _twin(name: str, others: list[str]) -> str | None:
    """Another spelling of the same name: `userId`, `user_id`, `UserID`."""
    plain = _SEPARATORS.sub("", name.lower())
    return next((other for other in others if _SEPARATORS.sub("", other.lower()) == plain), None)
