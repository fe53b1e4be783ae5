"""What OpenAPI 3.2 has more: the method QUERY, methods without a word of their own, sequences."""

from __future__ import annotations

import orjson
import pytest
from tests.apis.conftest import Serve
from tests.apis.documents import BOOK, answers, library, takes

ITEM = {"type": "object", "required": ["i"], "properties": {"i": {"type": "integer"}}}


def test_methods_that_earlier_versions_have_no_word_for(serve: Serve) -> None:
    """QUERY and whatever `additionalOperations` names are served, checked and told in `Allow`."""
    paths = library()
    paths["/books"]["query"] = {
        "requestBody": takes({"type": "object", "properties": {"title": {"type": "string"}}}),
        "responses": answers({"type": "array", "items": BOOK}),
    }
    paths["/books"]["additionalOperations"] = {"PURGE": {"responses": {"204": {"description": "Gone"}}}}
    client = serve(paths, openapi="3.2.0")
    assert client.request("QUERY", "/books", json={"title": "Dune"}).status_code == 200
    assert client.request("QUERY", "/books", json={"title": 5}).status_code == 400
    assert client.request("PURGE", "/books").status_code == 204
    refused = client.request("LOCK", "/books")
    assert refused.status_code == 405
    assert {"QUERY", "PURGE"} <= set(refused.headers["allow"].split(", "))


@pytest.mark.parametrize(
    ("media", "start"),
    [("application/jsonl", b"{"), ("text/event-stream", b"data: {"), ("application/json", b"[{")],
)
def test_sequences_come_item_by_item(serve: Serve, media: str, start: bytes) -> None:
    """`itemSchema` says what each item of a sequence is."""
    content = {media: {"itemSchema": ITEM}}
    operation = {"responses": {"200": {"description": "Some", "content": content}}}
    answer = serve({"/feed": {"get": operation}}, openapi="3.2.0").get("/feed")
    assert answer.headers["content-type"].startswith(media)
    assert answer.content.startswith(start)
    for line in answer.content.removeprefix(b"[").removesuffix(b"]").splitlines():
        if line:
            item = orjson.loads(line.removeprefix(b"data: ").partition(b",{")[0])
            assert isinstance(item["i"], int)
