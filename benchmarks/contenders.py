"""Who takes part: ourselves, the limits, and every peer that is installed.

In: a folder to write their data into. Out: servers that can be started, all with the
same record at the same paths. May not know: what is measured.

Stub servers that know no contract are given the bytes that the bare function sends; servers that
read a contract are given the document.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

from bare import LIST, ONE, PATH, RECORD
from servers import PEERS, ROOT, Server, ours, peer, uvicorn

DOCUMENT = ROOT / "specs" / "customer-employees.yaml"
KEY = RECORD["id"]
OURS, BARE, STARLETTE, PRISM = "apidouble", "bare ASGI function", "bare Starlette", "Prism"
OUR_SERVER = "the same function under our server"
LIMITS = frozenset({BARE, OUR_SERVER, STARLETTE})
JUDGES = frozenset({OURS, PRISM})
"""Those that read a contract and refuse what breaks it."""


def contenders(folder: Path) -> list[Server]:
    """Everybody, the limits first."""
    found = [
        Server(OURS, ours()),
        Server(BARE, uvicorn("bare:function"), probe="/"),
        Server(OUR_SERVER, _our_server(), probe="/"),
        Server(STARLETTE, uvicorn("bare:starlette")),
    ]
    if prism := peer("prism"):
        found.append(Server(PRISM, [prism, "mock", "-p", "{port}", str(DOCUMENT)]))
    if mockoon := peer("mockoon-cli"):
        command = [mockoon, "start", "--data", str(DOCUMENT), "--port", "{port}", "--disable-log-to-file"]
        found.append(Server("Mockoon", command))
    if json_server := peer("json-server"):
        found.append(Server("json-server", _json_server(json_server, folder)))
    if (jar := wiremock_jar()) and (java := shutil.which("java")):
        found.append(Server("WireMock", _wiremock(java, jar, folder)))
    return found


def wiremock_jar() -> Path | None:
    """WireMock's standalone jar: the one that is named, or the one in its npm package."""
    if named := os.environ.get("WIREMOCK_JAR"):
        return Path(named)
    return next(iter(sorted(PEERS.glob("wiremock/build/wiremock-standalone-*.jar"))), None)


def _our_server() -> list[str]:
    return [sys.executable, str(Path(__file__).with_name("ownserver.py")), "{port}"]


def _json_server(program: str, folder: Path) -> list[str]:
    """Stateful, no contract: 25 records that it can find by their id."""
    records = [RECORD, *({**RECORD, "id": f"{number:08d}"} for number in range(24))]
    data, routes = folder / "json-server.json", folder / "json-server-routes.json"
    data.write_text(json.dumps({"employees": records}), encoding="utf-8")
    routes.write_text(json.dumps({"/v2/customers/*": "/$1"}), encoding="utf-8")
    return [program, str(data), "--routes", str(routes), "--port", "{port}", "--host", "127.0.0.1", "--quiet"]


def _wiremock(java: str, jar: Path, folder: Path) -> list[str]:
    """One canned stub for each kind of request, its journal off."""
    mappings = folder / "wiremock" / "mappings"
    mappings.mkdir(parents=True, exist_ok=True)
    stubs = (("GET", f"{PATH}/{KEY}", ONE, 200), ("GET", PATH, LIST, 200), ("POST", PATH, ONE, 201))
    for number, (method, path, body, status) in enumerate(stubs):
        stub = {
            "request": {"method": method, "urlPath": path},
            "response": {
                "status": status,
                "body": body.decode(),
                "headers": {"Content-Type": "application/json"},
            },
        }
        (mappings / f"{number}.json").write_text(json.dumps(stub), encoding="utf-8")
    return [
        java, "-jar", str(jar), "--port", "{port}", "--root-dir", str(mappings.parent),
        "--no-request-journal", "--disable-banner",
    ]  # fmt: skip
