# `make demo` and `make test` need Python 3.11 or later with pip, and nothing else; `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Real servers wait more than they work: more workers than processors.
PYTEST := $(BIN)/python -m pytest --numprocesses 5 --durations 10 --durations-min 1
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
REDOCLY := @redocly/cli@2.77.0

.PHONY: help demo test quick faults bench pages lint types check generate build docs api sbom audit versions release ci \
	servers drift mutants clean
.DELETE_ON_ERROR:

help: ## this list
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*##/\t/' | expand -t 12

demo: $(VENV)/demo ## run a real LlamaDeploy server and do the main job on it
	$(BIN)/python -m scripts.demo

test: $(VENV)/dev ## all tests but the fault suite, those against real servers included
	$(BIN)/python -m scripts.servers install
	$(BIN)/python -m scripts.workflow_server install
	$(PYTEST)

quick: $(VENV)/dev ## the tests, without servers, that a change since the last `make quick` can break
	$(BIN)/python -m pytest --quiet --testmon tests/unit tests/connections tests/testing tests/contract/test_facade.py

faults: $(VENV)/dev ## what networks and servers do to a client, counted
	$(BIN)/python -m scripts.servers install
	FAULTS=all $(PYTEST) tests/faults tests/differential tests/interruptions

bench: $(VENV)/dev ## speed beside other clients, some fifteen minutes; writes docs/bench.md
	$(BIN)/python -m scripts.bench

pages: $(VENV)/dev ## write docs/fidelity.md, docs/faults.md and docs/bench.md, before a release
	$(BIN)/python -m scripts.servers install
	$(BIN)/python -m pytest --pages tests/contract tests/faults
	$(BIN)/python -m scripts.bench

servers: $(VENV)/demo ## install the real servers that the tests run
	$(BIN)/python -m scripts.servers install
	$(BIN)/python -m scripts.workflow_server install

generate: $(VENV)/dev ## write generated/ and every _sync/ folder
	$(BIN)/python scripts/generate.py

check: $(VENV)/dev ## fail if `make generate` would change anything
	$(BIN)/python scripts/generate.py --check

lint: $(VENV)/dev ## ruff, and the linter and the validator of the OpenAPI document
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/validate-pyproject pyproject.toml
	$(BIN)/openapi-spec-validator openapi/llama_deploy.yaml openapi/llama_agents.yaml
	REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true PATH="$(CURDIR)/$(BIN):$$PATH" \
		$(BIN)/npx --yes $(REDOCLY) lint --config openapi/redocly.yaml \
		openapi/llama_deploy.yaml openapi/llama_agents.yaml

types: $(VENV)/dev ## mypy strict and pyright
	$(BIN)/mypy
	$(BIN)/pyright --pythonpath $(BIN)/python

build: $(VENV)/dev ## the wheel and the source distribution, in dist/; the same commit gives the same bytes
	rm -rf dist
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(BIN)/python -m build --quiet --no-isolation
	$(BIN)/twine check --strict dist/*.whl dist/*.tar.gz
	$(BIN)/check-wheel-contents dist

docs: $(VENV)/dev ## the documentation site, in build/site; checks its links, files and public names
	$(BIN)/zensical build --clean --strict
	$(BIN)/python -m pytest --quiet tests/docs/test_site.py

api: $(VENV)/dev ## compare the public interface with the last release; a break needs a version that allows it
	$(BIN)/python -m scripts.release.api

sbom: build ## bills of materials (CycloneDX) of the package and of each extra, in dist/
	$(BIN)/python -m scripts.release.sbom

audit: $(VENV)/dev ## ask PyPI for advisories about the pinned versions; status 2: it could not be asked
	$(BIN)/python -m scripts.release.audit

versions: $(VENV)/dev ## tests with the lowest and the newest dependencies, and with each Python that is here
	$(BIN)/python -m scripts.release.versions

release: api sbom audit versions ## all that a release has to pass, beside `make ci`

drift: $(VENV)/dev ## compare the OpenAPI document with a running server: make drift URL=http://…
	$(BIN)/python -m scripts.drift $(URL)

mutants: $(VENV)/dev ## mistakes in the package that no test notices; hours, or make mutants MODULE=llama_deploy_client._retry
	rm -rf mutants
	$(BIN)/mutmut run --max-children 2 $(if $(MODULE),'$(MODULE)*')
	$(BIN)/mutmut results | { grep -v 'not checked' || true; }

ci: lint types check test docs sbom api ## what CI runs
	$(BIN)/python -m scripts.release.versions --ends
	@$(BIN)/python -m scripts.release.audit || test $$? -eq 2

clean: ## remove what was installed and built
	rm -rf $(VENV) .servers .bench .cache build dist mutants

$(VENV)/demo: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "This needs Python 3.11 or later. Name one, as in: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PIP) --editable .
	@touch $@

$(VENV)/dev: $(VENV)/demo requirements-dev.txt constraints.txt
	$(PIP) --requirement requirements-dev.txt
	@touch $@
