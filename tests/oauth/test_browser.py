"""A single-page application signs in with PKCE, in Debian's Chromium; skipped where there is none."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.control.doubles import Program

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PAGE = """\
<!doctype html><title>App</title>
<script type="module">
const base = new URLSearchParams(location.search).get("base") ?? sessionStorage.getItem("base");
const back = location.origin + location.pathname;
const text = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const query = new URLSearchParams(location.search);
const report = (told) => fetch("/report", { method: "POST", body: JSON.stringify(told) });
try {
  const issuer = `${base}/__oauth`;
  const about = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
  if (!query.has("code")) {
    const verifier = text(crypto.getRandomValues(new Uint8Array(48)));
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
    sessionStorage.setItem("base", base);
    sessionStorage.setItem("verifier", verifier);
    location.assign(about.authorization_endpoint + "?" + new URLSearchParams({
      response_type: "code", client_id: "page", redirect_uri: back, scope: "openid profile read",
      state: "s", nonce: "n", login_hint: "bert",
      code_challenge: text(new Uint8Array(digest)), code_challenge_method: "S256",
    }));
  } else {
    const tokens = await (await fetch(about.token_endpoint, { method: "POST", body: new URLSearchParams({
      grant_type: "authorization_code", client_id: "page", redirect_uri: back,
      code: query.get("code"), code_verifier: sessionStorage.getItem("verifier"),
    }) })).json();
    const headers = { Authorization: `Bearer ${tokens.access_token}` };
    const person = await (await fetch(about.userinfo_endpoint, { headers })).json();
    const items = await fetch(`${base}/shop/items`, { headers });
    const wipe = await fetch(`${base}/shop/items`, { method: "POST", headers });
    await report({
      state: query.get("state"), person: person.name, items: items.status, wipe: wipe.status,
      scope: tokens.scope,
    });
  }
} catch (error) {
  await report({ error: String(error) });
}
</script>
"""


class App:
    """Serves the page from an origin of its own, and hears what it reports."""

    def __init__(self) -> None:
        reports: Queue[dict[str, Any]] = Queue()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(PAGE.encode() if self.path.startswith("/app") else b"")

            def do_POST(self) -> None:
                reports.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self._answer(b"")

            def _answer(self, body: bytes) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as it is declared
                """Say nothing."""

        self.reports = reports
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://localhost:{self.server.server_port}/app"
        self.thread = Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def app() -> Any:
    app = App()
    yield app
    app.stop()


@pytest.fixture
def browse(tmp_path: Path) -> Any:
    """Opens an address in a browser of its own."""
    running: list[subprocess.Popen[bytes]] = []

    def go(url: str) -> None:
        assert CHROMIUM is not None
        command = [
            CHROMIUM,
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--remote-debugging-port=0",  # keeps it running until it is told to stop
            f"--user-data-dir={tmp_path / 'profile'}",
            url,
        ]
        running.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))

    yield go
    for process in running:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
@pytest.mark.parametrize("form", ["plain", "host", "prefix"])
def test_pkce_in_a_browser(app: App, browse: Callable[[str], None], program: Program, form: str) -> None:
    """Another origin finds the provider, is redirected, gets tokens and calls an API with them."""
    port = urlsplit(program.url).port
    base = {
        "plain": program.url,
        "host": f"http://page.localhost:{port}",
        "prefix": f"{program.url}/~page",
    }[form]
    browse(f"{app.url}?base={base}")
    assert app.reports.get(timeout=60) == {
        "state": "s",
        "person": "bert",
        "items": 200,
        "wipe": 403,
        "scope": "openid profile read",
    }
