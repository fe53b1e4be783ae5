"""Many clients in many sandboxes: each agrees with a model of its own."""

from __future__ import annotations

import threading
from random import Random

from apidouble.sandbox import Sandbox, Sandboxes
from apidouble.store.base import CollectionSpec, Eq, Record, Transaction
from apidouble.store.memory import MemoryStore


def build(seed: int) -> MemoryStore:
    rows = [Record(number, {"n": number % 5, "by": "seed"}) for number in range(300)]
    return MemoryStore([CollectionSpec("things", ("n",), seed=lambda: rows)])


def client(boxes: Sandboxes, number: int, wrong: list[str]) -> None:
    """Random writes, each checked against a dict."""
    chance = Random(number)
    sandbox = boxes.get(f"client-{number}")
    model: dict[int, tuple[int, str]] = {key: (key % 5, "seed") for key in range(300)}
    name = str(number)
    for _ in range(40):
        key, value = chance.randrange(400), chance.randrange(5)

        def write(
            transaction: Transaction, key: int = key, value: int = value, delete: bool = chance.random() < 0.3
        ) -> None:
            if delete:
                transaction.delete("things", key)
                model.pop(key, None)
            else:
                transaction.put("things", key, {"n": value, "by": name})
                model[key] = (value, name)

        sandbox.run(write)
        rows, total = sandbox.store.begin().page("things", Eq("n", value), (), 3, 10)
        expected = [key for key, (n, _) in model.items() if n == value]
        if total != len(expected) or [row.key for row in rows] != expected[3:13]:
            wrong.append(f"{name}: filter {value}")
    found = {row.key: (row.data["n"], row.data["by"]) for row in sandbox.store.begin().page("things")[0]}
    if found != model:
        wrong.append(f"{name}: {found}")


def test_two_hundred_sandboxes() -> None:
    """200 sandboxes over one base, written to from 8 threads: no leak, no lost or half write."""
    boxes = Sandboxes(build)
    wrong: list[str] = []
    queue = list(range(200))

    def work() -> None:
        while queue:
            client(boxes, queue.pop(), wrong)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(boxes.all()) == 201
    untouched: Sandbox = boxes.get("fresh")
    assert {row.data["by"] for row in untouched.store.begin().page("things")[0]} == {"seed"}
