"""The pytest plugin: a fresh sandbox for each test over one double for the session.

In: options, ini keys, the marker `double`. Out: the fixtures `double`, `double_server` and
`double_servers`; a failure where a test broke the contract. May not know: how a double is made.

Nothing of apidouble is imported until a test asks for a fixture. Under pytest-xdist each worker
has a double of its own, so nothing is shared and nothing need be said.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    # Only for readers and type checkers; see the module's text.
    from apidouble.testing.double import Double
    from apidouble.testing.journal import Recorded
    from apidouble.testing.world import Sandbox

SIDES = {"both": ("request", "response"), "answers": ("response",), "off": ()}
"""What `double_violations` may say -> the sides whose violations fail a test."""
MARKER = (
    "double(spec=None, seed=None, clock=None, settings={}, faults=[], violations=None): how the fixture "
    "`double` is set up for this test: other documents (from the test's folder; () are the bundled APIs), "
    "seed or (frozen) time, settings by API, faults, and which contract violations fail it (both, answers, "
    "off)."
)
_KNOWN = ("spec", "seed", "clock", "settings", "faults", "violations")


class Servers(Protocol):
    """Doubles by what they serve."""

    def __call__(self, *documents: str) -> Double:
        """The running double of these documents, the same one throughout the session."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options and ini keys."""
    group = parser.getgroup("apidouble", "a double of HTTP APIs")
    group.addoption(
        "--double-spec",
        action="append",
        metavar="DOCUMENT",
        help="what the fixture `double` serves; repeatable (default: the bundled APIs)",
    )
    group.addoption("--double-seed", type=int, metavar="N", help="same seed, same data and ids (default: 1)")
    group.addoption("--double-auth", choices=("strict", "any", "off"), help="which credentials it accepts")
    group.addoption(
        "--double-violations",
        choices=tuple(SIDES),
        help="whose contract violations fail a test (default: both)",
    )
    parser.addini(
        "double_spec", "documents that the fixture `double` serves, from the ini file's folder", "args"
    )
    parser.addini("double_seed", "same seed, same data and ids (1)", default="")
    parser.addini("double_auth", "which credentials it accepts: strict, any, off", default="")
    parser.addini(
        "double_violations", "whose contract violations fail a test: both, answers, off (both)", default=""
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", MARKER)


@pytest.fixture(scope="session")
def double_servers(request: pytest.FixtureRequest) -> Iterator[Servers]:
    """Running doubles: `double_servers("orders.yaml")` is the same one throughout the session."""
    from apidouble.testing.double import Double, Options

    config = request.config
    options: Options = {}
    seed = _option(config, "double_seed")
    if seed:
        try:
            options["seed"] = int(seed)
        except ValueError:
            raise pytest.UsageError(f"double_seed: {seed!r} is no whole number") from None
    auth = _option(config, "double_auth")
    if auth == "strict" or auth == "any" or auth == "off":  # noqa: PLR1714 - so that mypy knows it
        options["auth"] = auth
    elif auth:
        raise pytest.UsageError(f"double_auth: {auth!r} is none of strict, any, off")
    running: dict[tuple[str, ...], Double] = {}

    def server(*documents: str) -> Double:
        if documents not in running:
            running[documents] = Double(*documents, **options).start()
        return running[documents]

    yield server
    for one in running.values():
        one.close()


@pytest.fixture(scope="session")
def double_server(double_servers: Servers, pytestconfig: pytest.Config) -> Double:
    """The double of the session; what a test changes in it stays. See `double` for one's own world."""
    return double_servers(*_documents(pytestconfig))


@pytest.fixture
def double(request: pytest.FixtureRequest, double_servers: Servers) -> Iterator[Sandbox]:
    """A sandbox that nobody has touched yet, gone after the test."""
    given = _marked(request.node)
    server = double_servers(*_documents_of(request.node, given.get("spec")))
    world = server.sandbox(_sandbox_name(request.node), seed=given.get("seed"), clock=given.get("clock"))
    try:
        for api, values in given.get("settings", {}).items():
            world.settings.change(api, **values)
        for fault in given.get("faults", ()):
            world.faults.add(**fault)
        request.node.stash[_WORLD] = world
        yield world
    finally:
        world.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Look at what happened in the test's sandbox, while it is still there."""
    try:
        result = yield
    except (Exception, pytest.fail.Exception):
        # It has failed already: say what the double saw.
        world = item.stash.get(_WORLD, None)
        if world is not None:
            seen = world.requests.find()
            item.add_report_section("call", "double", "\n".join(map(str, seen)) or "no request came")
        raise
    world = item.stash.get(_WORLD, None)
    if world is not None:
        sides = _sides(item)
        broken = world.requests.violations() if sides else []
        told = list(_report(broken, sides))
        if told:
            pytest.fail("\n".join([*told, _ADVICE]), pytrace=False)
    return result


_ADVICE = (
    'Where a test means to break the contract, say so: @pytest.mark.double(violations="answers") '
    'overlooks requests, "off" everything; --double-violations and double_violations do for all tests.'
)


def _report(broken: list[Recorded], sides: tuple[str, ...]) -> Iterator[str]:
    for one in broken:
        request = one.request_violations if "request" in sides else ()
        answer = one.answer_violations if "response" in sides else ()
        if request or answer:
            at = f" ({one.api} {one.operation_id})" if one.operation_id else ""
            yield f"{one.method} {one.path} -> {one.status}{at} broke the contract:"
            yield from (f"  the request: {violation}" for violation in request)
            yield from (f"  the answer: {violation}" for violation in answer)


def _sides(item: pytest.Item) -> tuple[str, ...]:
    wanted = _marked(item).get("violations") or _option(item.config, "double_violations") or "both"
    if wanted not in SIDES:
        raise pytest.UsageError(f"double_violations: {wanted!r} is none of {', '.join(SIDES)}")
    return SIDES[wanted]


def _marked(node: Any) -> Mapping[str, Any]:
    """What the markers say, the closest last."""
    given: dict[str, Any] = {}
    for marker in reversed(list(node.iter_markers("double"))):
        unknown = sorted(set(marker.kwargs) - set(_KNOWN))
        if marker.args or unknown:
            wrong = repr(unknown[0]) if unknown else "a value without a name"
            raise pytest.UsageError(
                f"{node.nodeid}: the marker double has no use for {wrong}; it takes {', '.join(_KNOWN)}"
            )
        given |= marker.kwargs
    return given


def _option(config: pytest.Config, name: str) -> Any:
    """The flag, else the ini key."""
    flag = config.getoption(name)
    return config.getini(name) if flag is None else flag


def _documents(config: pytest.Config) -> list[str]:
    """Flags are relative to where pytest was called, ini keys to their file's folder."""
    flags: list[str] | None = config.getoption("double_spec")
    if flags is not None:
        return [name if "://" in name else str(config.invocation_params.dir / name) for name in flags]
    folder = config.inipath.parent if config.inipath is not None else config.rootpath
    return [name if "://" in name else str(folder / name) for name in config.getini("double_spec")]


def _documents_of(node: pytest.Item, spec: Any) -> list[str]:
    """What the marker says counts from the test's folder; () are the bundled APIs."""
    if spec is None:
        return _documents(node.config)
    given = [spec] if isinstance(spec, str | PathLike) else spec
    names = map(fspath, given)
    return [name if "://" in name else str(node.path.parent / name) for name in names]


def _sandbox_name(node: pytest.Item) -> str:
    """After the test, and good as a host name too."""
    name = re.sub(r"[^a-z0-9]+", "-", node.name.lower()).strip("-")[:40].rstrip("-")
    number = node.session.stash.get(_NUMBERS, 0) + 1
    node.session.stash[_NUMBERS] = number
    return f"{name or 'test'}-{number}"


_WORLD: pytest.StashKey[Sandbox] = pytest.StashKey()
_NUMBERS: pytest.StashKey[int] = pytest.StashKey()
