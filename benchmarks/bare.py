"""What Python can do at all: the same answers from a bare ASGI function and from Starlette.

In: nothing. Out: two ASGI applications that answer every GET, list and POST of the benchmark with
bytes made beforehand; no routing table, validation, state or journal. May not know: apidouble.
"""

from __future__ import annotations

from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

RECORD = {
    "id": "497f6eca-6276-4993-bfeb-53cbbbba6f08",
    "contact_point_id": "358e50cb-606c-4ce9-bd6a-a72b32481ecc",
    "correspondence_locale": "en-GB",
    "customer_id": "160c0c4b-9966-4dc1-a916-8407eb10d74e",
    "enabled": True,
    "family_name": "de Jong",
    "given_name": "Kees",
    "username": "user@example.com",
}
ONE = orjson.dumps(RECORD)
LIST = orjson.dumps(
    {"query": {"enabled": True, "limit": 25, "offset": 0}, "result": [RECORD] * 25, "total": 57}
)
PATH = "/v2/customers/employees"


async def function(scope: Any, receive: Any, send: Any) -> None:
    """The limit: one function, nothing before it."""
    if scope["type"] != "http":
        return
    status = 200
    if scope["method"] == "POST":
        message = await receive()
        orjson.loads(message["body"])
        body, status = ONE, 201
    else:
        body = LIST if scope["path"] == PATH else ONE
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _one(request: Request) -> Response:
    return Response(ONE, media_type="application/json")


async def _list(request: Request) -> Response:
    return Response(LIST, media_type="application/json")


async def _create(request: Request) -> Response:
    orjson.loads(await request.body())
    return Response(ONE, status_code=201, media_type="application/json")


starlette = Starlette(
    routes=[
        Route(PATH, _list, methods=["GET"]),
        Route(PATH, _create, methods=["POST"]),
        Route(PATH + "/{key}", _one, methods=["GET"]),
    ]
)
