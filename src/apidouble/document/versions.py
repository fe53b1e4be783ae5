"""Which version a document is written in, where it says so and where it does not.

In: the root. Out: the version as published, and the dialect its parts are read in. May not know:
anything below the root.
"""

from __future__ import annotations

import re
from typing import Any

from apidouble.document.report import Report
from apidouble.errors import DocumentError, Finding

SWAGGER, OAS30, OAS31 = 20, 30, 31

_ADVICE = "apidouble reads Swagger 2.0 and OpenAPI 3"
_NUMBER = re.compile(r"\s*v?(\d+)(?:\.(\d+))?")
_KNOWN = re.compile(r"\s*v?3\.[12]\b")
_OTHERS = {
    "asyncapi": "an AsyncAPI document",
    "overlay": "an OpenAPI overlay",
    "arazzo": "an Arazzo document",
    "swaggerVersion": "a Swagger 1 document",
    "$schema": "a JSON Schema",
}
_SWAGGER_WORDS = ("definitions", "securityDefinitions", "host", "basePath", "consumes", "produces")


def detect(root: Any, source: str, report: Report) -> tuple[str, int]:
    """The version as published and its dialect.

    Raises:
        DocumentError: it is no OpenAPI document, or of a version that cannot be served.

    """
    if not isinstance(root, dict):
        what = "empty" if root is None else f"a {type(root).__name__}"
        raise DocumentError(
            Finding(
                f"the document is {what}",
                file=source,
                line=1,
                expected="an object with `openapi` or `swagger`",
            )
        )
    for key in ("openapi", "swagger"):
        given = root.get(key)
        if given is None or isinstance(given, dict | list | bool):
            continue
        version = str(given)
        dialect = _dialect(version)
        if dialect is None:
            raise DocumentError(
                Finding(
                    f"{key} is {version!r}, a version that cannot be served",
                    file=source,
                    pointer=f"/{key}",
                    line=1,
                    advice=_ADVICE,
                )
            )
        if _NUMBER.match(version) and dialect == OAS31 and not _KNOWN.match(version):
            report.add(
                ((None, 0), key),
                "version",
                f"{key} is {version!r}; read as OpenAPI 3.1",
                expected="2.0, 3.0, 3.1 or 3.2",
            )
        if key == "swagger" and dialect != SWAGGER:
            report.add(
                ((None, 0), key),
                "version",
                f"swagger is {version!r}; read as OpenAPI {version}",
                expected=f"openapi: {version}",
            )
        return version, dialect
    for key, what in _OTHERS.items():
        if key in root and "paths" not in root:
            raise DocumentError(
                Finding(
                    f"this is {what}",
                    file=source,
                    line=1,
                    expected="an object with `openapi` or `swagger`",
                    advice=_ADVICE,
                )
            )
    if not any(isinstance(root.get(key), dict) for key in ("paths", "webhooks", "components")):
        raise DocumentError(
            Finding(
                "this is no OpenAPI document",
                file=source,
                line=1,
                expected="an object with `openapi` or `swagger`",
                advice=_ADVICE,
            )
        )
    version, dialect = ("2.0", SWAGGER) if any(key in root for key in _SWAGGER_WORDS) else ("3.0.3", OAS30)
    report.add(
        (None, 0),
        "version",
        f"the document names no version; read as {version}",
        expected="openapi: 3.0.3, or the like",
    )
    return version, dialect


def of_part(value: Any, default: int) -> int:
    """The dialect of a file that the document pulls in: its own where it names one."""
    if not isinstance(value, dict):
        return default
    for key in ("openapi", "swagger"):
        dialect = _dialect(value[key]) if isinstance(value.get(key), str) else None
        if dialect is not None:
            return dialect
    schema = value.get("$schema")
    if isinstance(schema, str) and any(draft in schema for draft in ("2019-09", "2020-12")):
        return OAS31
    return default


def _dialect(version: str) -> int | None:
    found = _NUMBER.match(version)
    if found is None:
        return None
    major, minor = int(found.group(1)), int(found.group(2) or 0)
    if major == 2:
        return SWAGGER
    if major < 2:
        return None
    return OAS30 if (major, minor) == (3, 0) else OAS31
