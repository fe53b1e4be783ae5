"""200 clients at once in 200 sandboxes: no leak between them, no lost and no half write.

Each client does random things to the API and to the control API, and compares each answer with a
model of its own world: a dict of records, a few snapshots, the number of requests.
"""

from __future__ import annotations

import asyncio
from copy import deepcopy
from random import Random
from typing import Any

import httpx
from tests.scenarios.conftest import BASE, CREDENTIALS

from apidouble.server import assemble
from apidouble.settings import Settings

CLIENTS = 200
STEPS = 30
STAFF = "/api/1/staff"
STATE = "/__admin/state/staff/staff"


class Client:
    """One client, and what it believes of its world."""

    def __init__(self, number: int, http: httpx.AsyncClient, seeded: dict[str, Any]) -> None:
        self.name = f"world-{number}"
        self.chance = Random(number)
        self.http = http
        self.seeded = seeded
        self.records: dict[str, Any] = deepcopy(seeded)
        self.snapshots: dict[str, dict[str, Any]] = {}
        self.requests = 0
        self.made = 0

    async def call(self, method: str, path: str, body: Any = None) -> httpx.Response:
        if not path.startswith("/__admin"):
            self.requests += 1
        headers = {**CREDENTIALS, "Double-Sandbox": self.name}
        return await self.http.request(method, path, json=body, headers=headers)

    async def live(self) -> None:
        for _ in range(STEPS):
            step = self.chance.choice(
                [
                    self.create,
                    self.create,
                    self.update,
                    self.delete,
                    self.load,
                    self.refused,
                    self.keep,
                    self.restore,
                    self.reset,
                    self.look,
                    self.count,
                ]
            )
            await step()
        await self.look()
        await self.count()

    def some(self) -> str:
        return self.chance.choice(sorted(self.records))

    async def create(self) -> None:
        self.made += 1
        login = f"{self.name}-{self.made}"
        body = {
            "first_name": self.name,
            "last_name": "X",
            "email_address": f"{login}@example.com",
            "login": login,
            "type": "staff",
            "time_zone": "Australia/Perth",
        }
        answer = await self.call("POST", STAFF, {"staff": body})
        if answer.status_code == 422:
            assert login in {record["login"] for record in self.records.values()}, answer.text
            return
        assert answer.status_code == 200, answer.text
        record = answer.json()["response"]
        assert record["login"] == login
        assert record["uuid"] not in self.records
        self.records[record["uuid"]] = record

    async def update(self) -> None:
        if not self.records:
            return
        key = self.some()
        name = f"{self.name}/{self.chance.random()}"
        answer = await self.call("PATCH", f"{STATE}/{key}", {"first_name": name})
        self.records[key] = {**self.records[key], "first_name": name}
        assert answer.json() == self.records[key]

    async def delete(self) -> None:
        if not self.records:
            return
        key = self.some()
        assert (await self.call("DELETE", f"{STATE}/{key}")).status_code == 204
        del self.records[key]
        assert (await self.call("GET", f"{STAFF}/{key}")).status_code == 404

    async def load(self) -> None:
        kept = self.chance.sample(list(self.records), self.chance.randint(0, min(5, len(self.records))))
        self.records = {key: self.records[key] for key in kept}
        answer = await self.call("PUT", STATE, list(self.records.values()))
        assert answer.json() == {"loaded": {"staff": {"staff": len(kept)}}}

    async def refused(self) -> None:
        rows = [*self.records.values(), {"uuid": "not one"}]
        assert (await self.call("PUT", STATE, rows)).status_code == 422
        assert (await self.call("POST", STAFF, {"first_name": 5})).status_code == 422

    async def keep(self) -> None:
        name = self.chance.choice("ab")
        assert (await self.call("POST", "/__admin/snapshots", {"name": name})).status_code == 201
        self.snapshots[name] = deepcopy(self.records)

    async def restore(self) -> None:
        name = self.chance.choice("ab")
        answer = await self.call("POST", f"/__admin/snapshots/{name}/restore")
        assert answer.status_code == (200 if name in self.snapshots else 404)
        if name in self.snapshots:
            self.records = deepcopy(self.snapshots[name])

    async def reset(self) -> None:
        assert (await self.call("POST", "/__admin/reset")).status_code == 200
        self.records, self.requests = deepcopy(self.seeded), 0

    async def look(self) -> None:
        assert (await self.call("GET", STATE)).json() == list(self.records.values())
        answer = await self.call("GET", f"{STAFF}?limit=100")
        assert answer.status_code == 200
        assert answer.json()["count"] == len(self.records)

    async def count(self) -> None:
        answer = await self.call("POST", "/__admin/requests/count", {})
        assert answer.json() == {"count": self.requests}


class Yielding:
    """An ASGI application that lets others run before each message that it is given or sends."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def received() -> Any:
            await asyncio.sleep(0)
            return await receive()

        async def sent(message: Any) -> None:
            await asyncio.sleep(0)
            await send(message)

        await self.app(scope, received, sent)


def test_worlds_do_not_touch_each_other() -> None:
    """Whatever 200 clients do at once, each finds its world as it left it."""

    async def run() -> None:
        app = Yielding(assemble(Settings(documents=("specs/staff.yaml",), quiet=True, strict=True)))
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url=BASE) as http:
            seeded = {row["uuid"]: row for row in (await http.get(STATE)).json()}
            clients = [Client(number, http, seeded) for number in range(CLIENTS)]
            await asyncio.gather(*(client.live() for client in clients))
            assert (await http.get(STATE)).json() == list(seeded.values()), "the default world, too"
            names = [one["name"] for one in (await http.get("/__admin/sandboxes")).json()["sandboxes"]]
            assert sorted(names) == sorted(["default", *(client.name for client in clients)])

    asyncio.run(run())
