# Everything a person or CI does here. `make help` lists it.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
ARGS ?=
BIN := .venv/bin
SOURCES := src tests $(wildcard benchmarks)

.DEFAULT_GOAL := help
.PHONY: help serve test check format docs conformance benchmark soak new-api wheel clean

help: ## Show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  \1\t\2/' | expand -t 16

serve: .venv/.runs ## Serve the five bundled APIs on http://127.0.0.1:4010 (ARGS="--port 4020")
	@exec $(BIN)/apidouble serve $(ARGS)

test: .venv/.tools ## Run all tests, Schemathesis and the README's examples included (ARGS="-k pages")
	$(BIN)/pytest -n 2 --dist loadgroup $(ARGS)

check: .venv/.tools ## Lint, format, types, layers, documents
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/mypy --strict src tests
	$(BIN)/lint-imports
	$(BIN)/yamllint --strict specs fixtures
	$(BIN)/openapi-spec-validator specs/*.yaml

format: .venv/.tools ## Bring the code into its format
	$(BIN)/ruff check --fix-only $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

docs: .venv/.tools ## Run every command and snippet of the README and of the guides against a real double
	$(BIN)/pytest tests/docs $(ARGS)

conformance: .venv/.tools ## The deep run of Schemathesis: all documents, all checks (minutes)
	$(BIN)/pytest -n 2 --dist loadgroup tests/conformance -m "conformance or not conformance" $(ARGS)
	APIDOUBLE_EXAMPLES=100 $(BIN)/pytest -n 2 --dist loadgroup tests/schemathesis tests/control/test_schemathesis_control.py

benchmark: .venv/.tools ## Requests per second, against a bare ASGI function in the same run
	$(BIN)/python benchmarks/run.py $(ARGS)

soak: .venv/.tools ## Hold a double under load and watch its memory
	$(BIN)/python benchmarks/soak.py $(ARGS)

new-api: .venv/.runs ## Scaffold specs/, fixtures/, rules/ and scenarios for one more API (NAME=x)
	@$(BIN)/python -m apidouble new "$(NAME)"

wheel: .venv/.tools ## Build the wheel into dist/
	$(BIN)/python -m build --wheel --outdir dist .

clean: ## Remove what was installed and built
	rm -rf .venv dist build

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed"; exit 2; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"

.venv/.runs: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@$(BIN)/python -m compileall -q src
	@touch $@

.venv/.tools: pyproject.toml .venv/.runs | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group dev
	@touch $@
