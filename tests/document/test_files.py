"""Documents of several files: what may be read, and how the parts come together."""

# ruff: noqa: E501 - tables read best with one case a line

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import orjson
import pytest

from apidouble.document.document import Document
from apidouble.document.load import load
from apidouble.errors import DocumentError

Write = Callable[..., Path]
Read = Callable[..., Document]
Broken = Callable[[Document], list[str]]

ERROR: dict[str, Any] = {"type": "object", "properties": {"message": {"type": "string"}}}
PET: dict[str, Any] = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "friend": {"$ref": "pet.yaml"}},
}


def document(schema: Any, **more: Any) -> dict[str, Any]:
    content = {"application/json": {"schema": schema}}
    responses = {"200": {"description": "", "content": content}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "paths": {"/a": {"get": {"responses": responses}}},
        **more,
    }


def schema_of(found: Document) -> Any:
    return found.resolve(
        found.root["paths"]["/a"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    )


def test_a_file_of_its_own_becomes_a_component_of_its_name(read: Read, broken: Broken) -> None:
    """`schemas/pet.yaml` is `pet` to every later layer, also where it refers to itself."""
    found = read({"api.yaml": document({"$ref": "./schemas/pet.yaml"}), "schemas/pet.yaml": PET})
    assert found.findings == []
    assert found.root["components"]["schemas"]["pet"]["properties"]["friend"] == {
        "$ref": "#/components/schemas/pet"
    }
    assert broken(found) == []


def test_a_component_that_only_refers_to_a_file_keeps_its_name(read: Read) -> None:
    """The usual layout of split documents: no second name for the same thing."""
    found = read({
        "api.yaml": document({"$ref": "schemas/pet.yaml"}, components={"schemas": {"Pet": {"$ref": "schemas/pet.yaml"}}}),
        "schemas/pet.yaml": PET,
    })  # fmt: skip
    assert list(found.root["components"]["schemas"]) == ["Pet"]
    assert found.root["components"]["schemas"]["Pet"]["properties"]["friend"] == {
        "$ref": "#/components/schemas/Pet"
    }


def test_files_refer_to_each_other_and_back(read: Read, broken: Broken) -> None:
    """Over folders, with fragments, and to the document itself."""
    found = read({
        "api.yaml": document({"$ref": "a/one.yaml#/defs/One"}, components={"schemas": {"Root": {"type": "integer"}}}),
        "a/one.yaml": {"defs": {"One": {"allOf": [{"$ref": "../b/two.json"}, {"$ref": "#/defs/Other"}]}, "Other": {"type": "object"}}},
        "b/two.json": {"properties": {"root": {"$ref": "../api.yaml#/components/schemas/Root"}, "one": {"$ref": "../a/one.yaml#/defs/One"}}},
    })  # fmt: skip
    assert broken(found) == []
    two, other = (found.resolve(part) for part in schema_of(found)["allOf"])
    assert found.resolve(two["properties"]["root"]) == {"type": "integer"}
    assert found.resolve(two["properties"]["one"]) is schema_of(found)
    assert other == {"type": "object"}


def test_every_kind_of_part_may_stand_in_another_file(read: Read, broken: Broken) -> None:
    """Path items, operations, parameters, bodies, responses, headers, examples, whole sections."""
    found = read({
        "api.yaml": {
            "openapi": "3.0.3",
            "info": {"title": "t", "version": "1"},
            "paths": {"$ref": "paths/all.yaml"},
            "components": {"schemas": {"$ref": "schemas.yaml"}},
        },
        "paths/all.yaml": {"/a/{id}": {"$ref": "a.yaml"}, "/b": {"post": {"$ref": "b-post.yaml"}}},
        "paths/a.yaml": {
            "parameters": [{"$ref": "../parts.yaml#/id"}],
            "get": {"responses": {"200": {"$ref": "../parts.yaml#/ok"}}},
        },
        "paths/b-post.yaml": {
            "requestBody": {"$ref": "../parts.yaml#/body"},
            "responses": {"201": {"description": "", "headers": {"X-A": {"$ref": "../parts.yaml#/header"}}}},
        },
        "parts.yaml": {
            "id": {"name": "id", "in": "path", "required": True, "schema": {"$ref": "schemas.yaml#/Id"}},
            "ok": {"description": "ok", "content": {"application/json": {"schema": {"$ref": "#/thing"}, "examples": {"e": {"$ref": "#/example"}}}}},
            "thing": {"type": "object", "properties": {"id": {"$ref": "schemas.yaml#/Id"}}},
            "example": {"value": {"id": 1}},
            "body": {"content": {"application/json": {"schema": {"$ref": "#/thing"}}}},
            "header": {"schema": {"type": "integer"}},
        },
        "schemas.yaml": {"Id": {"type": "integer"}},
    })  # fmt: skip
    assert found.findings == []
    assert broken(found) == []
    get = found.root["paths"]["/a/{id}"]["get"]
    assert found.resolve(get["parameters"][0])["name"] == "id"
    media = found.resolve(get["responses"]["200"])["content"]["application/json"]
    assert found.resolve(media["examples"]["e"]) == {"value": {"id": 1}}
    assert found.resolve(found.resolve(media["schema"])["properties"]["id"]) == {"type": "integer"}
    post = found.root["paths"]["/b"]["post"]
    assert found.resolve(post["requestBody"])["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/thing"
    }


def test_the_published_document_is_one_file(read: Read) -> None:
    """Clients get everything, with references that lead somewhere, in the version it was written in."""
    found = read({"api.yaml": document({"$ref": "pet.yaml"}), "pet.yaml": {**PET, "nullable": True}})
    published = orjson.loads(found.published.json())
    assert published["openapi"] == "3.0.3"
    schema = published["paths"]["/a"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert schema == {"$ref": "#/x-bundled/1"}
    assert published["x-bundled"]["1"] == {
        **PET,
        "nullable": True,
        "properties": {**PET["properties"], "friend": {"$ref": "#/x-bundled/1"}},
    }
    assert dict(found.published) == published


def test_each_file_is_read_in_its_own_version(read: Read) -> None:
    """A 3.1 schema in a 3.0 document keeps what stands beside its `$ref`, a 3.0 one does not."""
    inner = {"One": {"$ref": "#/components/schemas/Two", "maxLength": 3}, "Two": {"type": "string"}}
    for version, expected in (("3.1.0", 3), ("3.0.3", None)):
        other = {"openapi": version, "info": {}, "components": {"schemas": inner}}
        found = read(
            {"api.yaml": document({"$ref": "other.yaml#/components/schemas/One"}), "other.yaml": other}
        )
        one = found.root["components"]["schemas"]["One"]
        assert one.get("maxLength") == expected


@pytest.mark.parametrize(
    "ref",
    ["../secret.yaml", "sub/../../secret.yaml", "..%2Fsecret.yaml", "link.yaml", "ABSOLUTE", "FILE-URL"],
)
def test_no_file_outside_the_folder_is_read_unless_allowed(write: Write, ref: str) -> None:
    """Not by dots, by absolute names, nor through a symbolic link; the schema accepts anything then."""
    write({"secret.yaml": ERROR})
    path = write({"api/api.yaml": "x"})
    secret = path.parent.parent / "secret.yaml"
    (path.parent / "link.yaml").symlink_to(secret)
    (path.parent / "sub").mkdir()
    ref = {"ABSOLUTE": str(secret), "FILE-URL": secret.as_uri()}.get(ref, ref)
    write({"api/api.yaml": document({"$ref": ref})})
    refused = load(path)
    assert schema_of(refused) == {}
    (finding,) = refused.findings
    assert "outside" in finding.message
    assert "--allow-outside" in finding.advice
    assert finding.line is not None
    allowed = load(path, allow_outside=True)
    assert allowed.findings == []
    assert schema_of(allowed) == ERROR
    assert schema_of(load(path, root=path.parent.parent)) == ERROR


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "does not exist"),
        ({"pet.yaml": "a: [b"}, "cannot be read in line"),
        ({"pet.yaml/x.yaml": "a"}, "is no file"),
    ],
)
def test_a_reference_to_nowhere_leaves_the_rest_standing(
    read: Read, files: dict[str, str], message: str
) -> None:
    """One warning with place and reason; anything is accepted there."""
    found = read({"api.yaml": document({"$ref": "pet.yaml"}), **files})
    (finding,) = found.findings
    assert message in finding.message
    assert finding.pointer == "/paths/~1a/get/responses/200/content/application~1json/schema"
    assert finding.line == 13
    assert schema_of(found) == {}


def test_references_inside_examples_and_values_are_data(read: Read) -> None:
    """An API about schemas has `$ref` in its examples; nobody must follow those."""
    value = {"$ref": "no-such-file.yaml"}
    schema = {
        "type": "object",
        "example": value,
        "default": value,
        "enum": [value],
        "properties": {"$ref": {"type": "string"}},
    }
    found = read(document(schema, **{"x-anything": value}))
    assert found.findings == []
    assert schema_of(found)["example"] == schema_of(found)["default"] == value
    assert "$ref" in schema_of(found)["properties"]


@pytest.mark.parametrize(
    "ref", ["parts/Größe 1.yaml", "parts/Gr%C3%B6%C3%9Fe%201.yaml", "parts\\Größe 1.yaml"]
)
def test_names_of_files_are_found_however_they_are_written(write: Write, ref: str) -> None:
    """Percent-encoded or not, with the slashes of either world; the document itself is read once."""
    path = write({
        "an api/api.yaml": document({"$ref": ref}, components={"schemas": {"A": {"type": "integer"}}}),
        "an api/parts/Größe 1.yaml": {"items": {"$ref": "../../an api/api.yaml#/components/schemas/A"}},
    })  # fmt: skip
    found = load(path, root=path.parent)
    assert found.findings == []
    assert schema_of(found) == {"items": {"$ref": "#/components/schemas/A"}}


def test_a_discriminator_may_name_files(read: Read, broken: Broken) -> None:
    """Its mapping holds references, though not below `$ref`."""
    pet = {"discriminator": {"propertyName": "kind", "mapping": {"dog": "dog.yaml", "cat": "pets.yaml#/Cat"}}}
    found = read(
        {"api.yaml": document(pet), "dog.yaml": {"title": "Dog"}, "pets.yaml": {"Cat": {"title": "Cat"}}}
    )
    assert found.findings == []
    mapping = schema_of(found)["discriminator"]["mapping"]
    assert {name: found.at(ref[1:])["title"] for name, ref in mapping.items()} == {"dog": "Dog", "cat": "Cat"}
    assert broken(found) == []


class _Handler(BaseHTTPRequestHandler):
    files: ClassVar[dict[str, Any]] = {}

    def do_GET(self) -> None:
        content = self.files.get(self.path)
        self.send_response(200 if content is not None else 404)
        self.end_headers()
        self.wfile.write(orjson.dumps(content))

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def remote() -> Iterator[str]:
    _Handler.files = {
        "/v1/pets.json": document({"$ref": "pet.json"}),
        "/v1/pet.json": {"type": "string"},
    }
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_remote_reference_is_fetched_only_when_allowed(remote: str, read: Read) -> None:
    """No network unless asked."""
    content = document({"$ref": f"{remote}/v1/pet.json"})
    refused = read(content)
    assert schema_of(refused) == {}
    assert "--allow-remote" in refused.findings[0].advice
    allowed = read(content, allow_remote=True)
    assert allowed.findings == []
    assert schema_of(allowed) == {"type": "string"}


def test_a_document_may_be_given_by_url(remote: str) -> None:
    """That one is asked for; what it refers to is not."""
    found = load(f"{remote}/v1/pets.json")
    assert found.name == "pets"
    assert "--allow-remote" in found.findings[0].advice
    assert schema_of(load(f"{remote}/v1/pets.json", allow_remote=True)) == {"type": "string"}


def test_a_url_without_answer_is_refused(remote: str) -> None:
    """With the status or the reason."""
    with pytest.raises(DocumentError, match="404"):
        load(f"{remote}/nothing.yaml")


def test_a_remote_document_cannot_read_local_files(remote: str, tmp_path: Path) -> None:
    """Whoever publishes a document does not choose what is read on this machine."""
    secret = tmp_path / "secret.json"
    secret.write_text('{"type": "integer"}')
    _Handler.files["/v1/evil.json"] = document({"$ref": secret.as_uri()})
    found = load(f"{remote}/v1/evil.json", allow_remote=True, allow_outside=True)
    assert schema_of(found) == {}
    assert len(found.findings) == 1
