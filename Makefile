# The commands of the project. Each works on a fresh clone: the virtual environment is made when it is first needed.

PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/installed

# Tests run on every core. `make test PYTEST="-n 0 tests/course"` narrows or slows them.
PYTEST ?= -n auto

.DEFAULT_GOAL := help
.PHONY: help test demo bench docs lock clean

help: ## list these commands
	@awk -F ':.*## ' '/^[.a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.venv: $(INSTALLED) ## make the virtual environment from requirements-dev.lock

$(INSTALLED): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "safecourse needs Python 3.11 or later, and $(PYTHON) is older. Name another: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

test: $(INSTALLED) ## style, types, layers and all tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest $(PYTEST)

demo: $(INSTALLED) ## a walk through what safecourse can do, in the terminal
	@$(BIN)/python -m safecourse.cli.demo

bench: $(INSTALLED) ## measure the engine beside its rivals (installs them in an environment of their own)
	bench/run.sh

docs: $(INSTALLED) ## write the generated documents anew
	$(BIN)/python -m safecourse.cli.documents

lock: $(INSTALLED) ## resolve the dependencies anew; look at the difference before you commit it
	$(PYTHON) -m venv .venv/locker
	.venv/locker/bin/python -m pip install --quiet --disable-pip-version-check uv
	.venv/locker/bin/uv pip compile --quiet --upgrade --universal --generate-hashes --no-strip-extras --no-header --no-annotate \
	  pyproject.toml --output-file requirements.lock
	.venv/locker/bin/uv pip compile --quiet --upgrade --universal --generate-hashes --no-strip-extras --no-header --no-annotate \
	  pyproject.toml --group dev --output-file requirements-dev.lock

clean: ## remove everything that these commands made
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage htmlcov build dist
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
