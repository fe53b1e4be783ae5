"""Faults as a page sees them: `fetch` in Debian's Chromium, from another origin; skipped without it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from tests.control.doubles import Program
from tests.control.test_faults_on_the_wire import PATH, without_nullables
from tests.oauth import test_browser as browser

PAGE = """\
<!doctype html><title>Faults</title>
<script type="module">
const query = new URLSearchParams(location.search);
const attempt = async (promise) => {
  try {
    return { value: await promise };
  } catch (error) {
    return { error: error.name };
  }
};
const told = {};
for (const name of query.get("names").split(",")) {
  const started = performance.now();
  const headers = { "X-Fault": name };
  if (query.has("sandbox")) headers["Double-Sandbox"] = query.get("sandbox");
  const { value: answer, error } = await attempt(fetch(query.get("address"), { headers }));
  const came = performance.now();
  if (error) {
    told[name] = { error };
    continue;
  }
  const copy = answer.clone();
  const text = await attempt(answer.text());
  const ended = performance.now();
  const { value, error: wrong } = await attempt(copy.json());
  told[name] = {
    status: answer.status, retry: answer.headers.get("Retry-After"), type: answer.headers.get("Content-Type"),
    before: came - started, during: ended - came, text, json: wrong ? { error: wrong } : { value },
  };
}
await fetch("/report", { method: "POST", body: JSON.stringify(told) });
</script>
"""
FAULTS: dict[str, dict[str, Any]] = {
    "delay": {"delay_ms": 300},
    "status": {"status": 503, "retry_after": 7},
    "reset": {"effect": "reset"},
    "empty": {"effect": "empty"},
    "truncated": {"effect": "truncated"},
    "malformed": {"effect": "malformed"},
    "drip": {"effect": "drip", "drip": {"bytes": 1000, "pause_ms": 50}},
    "invalid": {"effect": "invalid"},
}
NAMES = ["before", *FAULTS, "after"]

app = browser.app
browse = browser.browse


def order(client: httpx.Client) -> None:
    """Orders every fault, each for the requests that name it."""
    for name, fault in FAULTS.items():
        answer = client.post("/__admin/faults", json={**fault, "match": {"headers": {"X-Fault": name}}})
        assert answer.status_code == 201, answer.text


def allowed(program: Program, body: Any) -> bool:
    """Whether the published contract allows this list of staff."""
    import jsonschema

    document = httpx.get(f"{program.url}/docs/staff/openapi.json").json()
    response = document["paths"][PATH]["get"]["responses"]["200"]
    while "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
    schema = {**response["content"]["application/json"]["schema"], "components": document["components"]}
    return jsonschema.Draft4Validator(schema).is_valid(without_nullables(body))


@pytest.mark.skipif(browser.CHROMIUM is None, reason="Chromium is not installed")
@pytest.mark.parametrize("addressed", ["prefix", "header"])
def test_each_fault_is_what_it_claims_to_be(
    app: browser.App,
    browse: Callable[[str], None],
    program: Program,
    monkeypatch: pytest.MonkeyPatch,
    addressed: str,
) -> None:
    """A page on another origin meets every kind of fault in its sandbox, and all is well before and after."""
    monkeypatch.setattr(browser, "PAGE", PAGE)
    sandbox = f"browser-{addressed}"
    where = (
        {"address": f"{program.url}/~{sandbox}{PATH}"}
        if addressed == "prefix"
        else {"address": f"{program.url}{PATH}", "sandbox": sandbox}
    )
    with httpx.Client(base_url=program.url, headers={"Double-Sandbox": sandbox}) as client:
        order(client)
        whole = client.get(PATH).text
        browse(f"{app.url}?{urlencode({**where, 'names': ','.join(NAMES)})}")
        told = app.reports.get(timeout=60)
        seen = {
            name: client.post("/__admin/requests/find", json={"headers": {"X-Fault": name}}).json()[
                "requests"
            ]
            for name in NAMES
        }
    assert list(told) == NAMES
    for name in ("before", "after", "delay", "drip"):
        assert (told[name]["status"], told[name]["text"]) == (200, {"value": whole}), name
        assert told[name]["json"] == {"value": json.loads(whole)}, name

    assert told["delay"]["before"] >= 300
    pauses = 50 * (len(whole.encode()) // 1000)
    assert pauses > 100, "else nothing would drip"
    assert told["drip"]["before"] + told["drip"]["during"] >= pauses
    assert told["drip"]["during"] > pauses / 2, "it is the body that comes late"

    assert (told["status"]["status"], told["status"]["retry"]) == (503, "7")
    assert "value" in told["status"]["json"], "the API's own error, which the page may read"

    # A page is told no more than this, so that the journal has to say that the request arrived at all.
    for name in ("reset", "empty"):
        assert told[name] == {"error": "TypeError"}
        assert {entry["status"] for entry in seen[name]} == {0}

    assert (told["truncated"]["status"], told["truncated"]["text"]) == (200, {"error": "TypeError"})

    malformed = told["malformed"]
    assert (malformed["status"], malformed["type"]) == (200, "application/json")
    assert malformed["text"]["value"]
    assert malformed["json"] == {"error": "SyntaxError"}

    assert told["invalid"]["status"] == 200
    assert not allowed(program, told["invalid"]["json"]["value"])
    assert allowed(program, told["after"]["json"]["value"])

    for name in NAMES:
        assert all(entry["method"] == "GET" for entry in seen[name])
        assert seen[name], f"{name} was asked in the sandbox"
