"""The plugin in projects of its users, run by pytest itself."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from apidouble import Double

pytest_plugins = ["pytester"]

SHOP = """
openapi: 3.1.0
info: {title: Shop, version: "1"}
paths:
  /items:
    get:
      operationId: listItems
      responses:
        "200":
          description: All.
          content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Item"}}}}
    post:
      operationId: createItem
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: "#/components/schemas/Item"}}}
      responses:
        "201":
          description: The new one.
          content: {application/json: {schema: {$ref: "#/components/schemas/Item"}}}
  /broken:
    get:
      operationId: getBroken
      responses:
        "200":
          description: No answer can be right.
          content:
            application/json:
              schema:
                type: object
                required: [name]
                properties: {name: {type: string, pattern: "^a$", minLength: 2}}
components:
  schemas:
    Item:
      type: object
      required: [name]
      properties: {id: {type: integer, readOnly: true}, name: {type: string, minLength: 1}}
"""
Run = Callable[..., pytest.RunResult]


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """Load what a double loads: pytester forgets modules that come in while it runs pytest in this
    process, and not all of them can be loaded twice.
    """
    with Double() as double:
        double.transport()
        assert httpx.get(double.url).status_code == 200


@pytest.fixture
def run(pytester: pytest.Pytester) -> Run:
    """Runs pytest on the given test code in a folder with a document in it; warnings are errors."""
    pytester.makefile(".yaml", shop=SHOP)
    pytester.makeini(
        "[pytest]\ndouble_spec = shop.yaml\naddopts = -p no:cacheprovider\nfilterwarnings = error"
    )

    def run(code: str, *arguments: str) -> pytest.RunResult:
        pytester.makepyfile(test_it=code)
        return (pytester.runpytest_subprocess if "-n" in arguments else pytester.runpytest_inprocess)(
            *arguments
        )

    return run


def test_each_test_has_a_world_of_its_own(run: Run) -> None:
    """What one test creates the next does not see; the server is one."""
    result = run(
        """
        import pytest
        servers = set()

        @pytest.mark.parametrize("turn", [1, 2, "a name with / and spaces and ä"])
        def test_it(double, double_server, turn):
            servers.add(double_server.url)
            before = double.state.count("items")
            assert double.request("POST", "/items", json={"name": "Cup"}).status == 201
            assert double.state.count("items") == before + 1 == double_server.state.count("items") + 1
            assert len(servers) == 1

        def test_gone(double_server):
            left = [one["name"] for one in double_server.control.get("sandboxes")["sandboxes"]]
            assert left == ["default"]
        """
    )
    result.assert_outcomes(passed=4)


def test_a_request_that_breaks_the_contract_fails_the_test(run: Run) -> None:
    """The report says which request, what is wrong with it, and how to allow it."""
    result = run(
        """
        def test_it(double):
            double.request("GET", "/items")
            double.request("POST", "/items", json={"name": ""})
        """
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "POST /items -> 4?? (shop createItem) broke the contract:",
            "  the request: body */name: *",
            '*@pytest.mark.double(violations="answers")*',
        ]
    )
    result.stdout.no_fnmatch_line("GET /items*broke*")


def test_an_answer_that_breaks_the_contract_fails_the_test(run: Run) -> None:
    """Also where requests may break it."""
    code = """
        import pytest

        @pytest.mark.double(violations={how!r})
        def test_it(double):
            assert double.request("GET", "/broken").status == 200
        """
    result = run(code.format(how="answers"))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["GET /broken -> 200 (shop getBroken) broke the contract:", "  the answer: must be an object*"]
    )
    run(code.format(how="off")).assert_outcomes(passed=1)


BAD = """
    import pytest

    def test_it(double):
        assert double.request("POST", "/items", json={"name": ""}).status >= 400
    """


def test_violations_can_be_allowed(run: Run, pytester: pytest.Pytester) -> None:
    """By marker, by option, by ini key."""
    run(BAD).assert_outcomes(failed=1)
    run(BAD, "--double-violations", "answers").assert_outcomes(passed=1)
    run(BAD, "--double-violations", "off").assert_outcomes(passed=1)
    run(BAD.replace("def test", "@pytest.mark.double(violations='off')\n    def test")).assert_outcomes(
        passed=1
    )
    pytester.makeini("[pytest]\ndouble_spec = shop.yaml\ndouble_violations = answers")
    run(BAD).assert_outcomes(passed=1)
    pytester.makeini("[pytest]\ndouble_spec = shop.yaml\ndouble_violations = some")
    result = run(BAD)
    assert result.ret != 0
    result.stdout.fnmatch_lines(["*double_violations: 'some' is none of both, answers, off*"])


def test_the_marker_sets_the_world_up(run: Run, pytester: pytest.Pytester) -> None:
    """Seed, time, faults and another document, for one test, a class or a module; the closest wins."""
    pytester.makefile(".yaml", other=SHOP)
    result = run(
        """
        import pytest
        pytestmark = pytest.mark.double(seed=7, clock="2030-01-01T00:00:00Z")

        def names(world):
            return [one["name"] for one in world.state.get("items")]

        def test_seed(double, double_server):
            assert names(double) != names(double_server)
            assert double.clock.now().year == 2030

        @pytest.mark.double(seed=1)
        def test_closest(double, double_server):
            assert names(double) == names(double_server)
            assert double.clock.now().year == 2030

        @pytest.mark.double(faults=[{"status": 503, "times": 1}, {"delay_ms": 1}])
        def test_faults(double):
            assert [double.request("GET", "/items").status for _ in range(2)] == [503, 200]

        @pytest.mark.double(spec="other.yaml")
        def test_other(double):
            assert [one["name"] for one in double.control.get("apis")["apis"]] == ["other"]

        @pytest.mark.double(spec=())
        def test_bundled(double):
            assert len(double.control.get("apis")["apis"]) == 5

        @pytest.mark.double(spec=(), settings={"staff": {"maximum_active_staff": 3}})
        def test_settings(double):
            assert double.settings.get("staff")["maximum_active_staff"] == 3
        """
    )
    result.assert_outcomes(passed=6)


def test_a_marker_that_makes_no_sense_is_told(run: Run) -> None:
    """An unknown word is an error with those that there are."""
    result = run(
        """
        import pytest

        @pytest.mark.double(sede=7)
        def test_it(double):
            pass
        """
    )
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*the marker double has no use for 'sede'; it takes spec, seed, clock*"])


def test_options_win_over_ini_keys(run: Run, pytester: pytest.Pytester) -> None:
    """Document, seed and credentials by option; a relative document counts from where pytest is called."""
    code = """
        import os

        def test_it(double_server):
            given = double_server.given
            print("given:", *map(os.path.basename, given.documents), given.seed, given.auth)
        """
    pytester.makeini("[pytest]\ndouble_spec = shop.yaml\ndouble_seed = 3\ndouble_auth = any")
    run(code, "-s").stdout.fnmatch_lines(["*given: shop.yaml 3 any"])
    pytester.makefile(".yaml", other=SHOP)
    options = ("--double-spec", "other.yaml", "--double-seed", "4", "--double-auth", "off")
    run(code, "-s", *options).stdout.fnmatch_lines(["*given: other.yaml 4 off"])
    pytester.makeini("[pytest]\ndouble_seed = three")
    run(code).stdout.fnmatch_lines(["*double_seed: 'three' is no whole number*"])


def test_a_failing_test_shows_what_the_double_saw(run: Run) -> None:
    """The requests of the test stand below its traceback."""
    result = run(
        """
        import pytest

        def test_it(double):
            double.request("GET", "/itmes")
            assert False

        def test_silent(double):
            assert False

        def test_raises(double):
            with pytest.raises(ValueError):
                double.request("GET", "/items")
        """
    )
    result.assert_outcomes(failed=3)
    result.stdout.fnmatch_lines(
        [
            "*double call*",
            "GET /itmes -> 404*",
            "*double call*",
            "no request came",
            "*double call*",
            "GET /items*",
        ]
    )


def test_a_skip_stays_a_skip(run: Run) -> None:
    """Nothing is made of a test that skips itself, or of one that is expected to fail."""
    result = run(
        """
        import pytest

        def test_skip(double):
            pytest.skip("not today")

        @pytest.mark.xfail
        def test_expected(double):
            assert double.request("GET", "/items").status == 404

        @pytest.mark.xfail
        def test_violation(double):
            double.request("POST", "/items", json={})
        """
    )
    result.assert_outcomes(skipped=1, xfailed=2)


def test_async_tests_and_clients(run: Run) -> None:
    """A test that runs an event loop uses the same fixture."""
    result = run(
        """
        import asyncio
        import httpx

        def test_it(double):
            async def scenario():
                transport = double.transport()
                async with httpx.AsyncClient(transport=transport, base_url="http://double") as client:
                    return await client.get("/items")

            assert asyncio.run(scenario()).status_code == 200
            double.requests.verify(exactly=1, operation_id="listItems")
        """
    )
    result.assert_outcomes(passed=1)


def test_many_workers(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under pytest-xdist each worker has its own double, and reports look the same."""
    # Other plugins are slow to load, and each worker would.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    result = run(
        """
        import pytest

        @pytest.mark.parametrize("turn", range(6))
        def test_it(double, turn):
            before = double.state.count("items")
            double.request("POST", "/items", json={"name": "Cup"})
            assert double.state.count("items") == before + 1

        def test_bad(double):
            double.request("POST", "/items", json={})
        """,
        *("-p", "xdist.plugin", "-p", "apidouble.pytest_plugin", "-n", "2"),
    )
    result.assert_outcomes(passed=6, failed=1)
    result.stdout.fnmatch_lines(["*createItem) broke the contract:"])


def test_unused_it_costs_nothing(pytester: pytest.Pytester) -> None:
    """A project that asks for none of the fixtures loads nothing of apidouble but the plugin."""
    pytester.makepyfile(
        """
        import sys

        def test_it():
            ours = sorted(name for name in sys.modules if name.startswith("apidouble"))
            assert ours == ["apidouble", "apidouble.pytest_plugin"]
        """
    )
    pytester.runpytest_subprocess("-W", "error").assert_outcomes(passed=1)


def test_the_fixtures_are_listed(pytester: pytest.Pytester) -> None:
    """`--fixtures`, `--markers` and `--help` explain all of it."""
    result = pytester.runpytest_inprocess("--fixtures")
    result.stdout.fnmatch_lines(["double_server * -- *", "double -- *", "double_servers * -- *"])
    assert "double(spec=None" in str(pytester.runpytest_inprocess("--markers").stdout)
    told = str(pytester.runpytest_inprocess("--help").stdout)
    for name in (
        "--double-spec",
        "--double-seed",
        "--double-auth",
        "--double-violations",
        "double_spec (args)",
    ):
        assert name in told


def test_the_plugin_is_installed() -> None:
    """The entry point leads to it."""
    from importlib.metadata import entry_points

    [found] = entry_points(group="pytest11", name="apidouble")
    assert found.value == "apidouble.pytest_plugin"
