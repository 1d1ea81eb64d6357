# Everything a developer does, on a machine with git, make and Python ≥ 3.11 with venv. `make` alone lists it.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
IMAGE_BUILDER ?= docker
# Tests and commands start hundreds of processes. Each would compile everything anew if Python kept nothing of it.
unexport PYTHONDONTWRITEBYTECODE
# One more than there are cores: many tests wait for a process that they have started.
TEST_WORKERS ?= $(shell $(PYTHON) -c "import os; print(1 + (os.cpu_count() or 1))")

.DEFAULT_GOAL := help
.PHONY: help setup demo test thorough coverage hard chaos lint supply format bench bench-quick serve screenshots documents image constraints

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## /make \1\t/p' Makefile | expand -t 20

setup: $(READY) ## make .venv with the placement command in it

# uv installs some five times faster than pip; either will do.
$(READY): pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@if uv --version >/dev/null 2>&1; then \
	  uv pip install --quiet --compile-bytecode --python $(BIN)/python --constraint constraints.txt --editable '.[dev]'; \
	else \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'; \
	fi
	@$(BIN)/python -m placement_solver.search.compiling
	@touch $@

demo: setup ## plan a county's term on SQLite and tell how it went
	$(BIN)/placement demo --scale county

test: setup ## every test in its everyday form, on SQLite and PostgreSQL
	$(BIN)/python -m pytest --numprocesses $(TEST_WORKERS) --dist worksteal

thorough: setup ## the same, each case on both databases
	PLACEMENT_TEST_EVERY_CASE=1 $(BIN)/python -m pytest --numprocesses $(TEST_WORKERS) --dist worksteal

coverage: setup ## that with branch coverage, which takes twice as long; fails if lines are left that no worked case reaches
	PLACEMENT_TEST_EVERY_CASE=1 $(BIN)/python -m pytest --cov --numprocesses $(TEST_WORKERS) --dist worksteal

hard: setup ## every test that has a long form, in it (some minutes); prints what it tried
	PLACEMENT_TEST_HARD=1 $(BIN)/python -m pytest --numprocesses $(TEST_WORKERS) --dist worksteal

chaos: setup ## kill and freeze processes of the service hundreds of times (hours); prints what it came to
	$(BIN)/python -m tests.chaos

lint: setup ## style, types, layers, Dockerfile: what .ci/run asks
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/hadolint Dockerfile

supply: setup ## what others have written of it: a bill of materials, licences, known vulnerabilities; and bandit
	$(BIN)/python -m tests.supply
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml src solver api migrations

format: setup ## let ruff mend what it can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: setup ## measure everything and write docs/benchmarks.md (hours)
	$(BIN)/python -m tests.bench

bench-quick: setup ## measure what fits into a quarter of an hour
	$(BIN)/python -m tests.bench quick

serve: setup ## the API and its pages on http://127.0.0.1:8000, with addresses that sign you in to the demo
	$(BIN)/placement serve --demo-links

screenshots: setup ## a picture of every page of the demo, wide and narrow, in screenshots/
	$(BIN)/python -m tests.pages.browser.pictures

documents: setup ## write anew what is made from the code: rules, schemas, API contract
	$(BIN)/python -m placement_solver.catalogue > docs/rules.md
	$(BIN)/python -m placement.fields.pages > docs/fields.md
	$(BIN)/python -c 'from pathlib import Path; from placement_solver.documents.schemas import publish; publish(Path("solver"))'
	$(BIN)/python -m placement_api.publish
	$(BIN)/python -m tests.contracts

image: ## build the container image (IMAGE_BUILDER=buildah where there is no docker)
	BUILDAH_FORMAT=docker $(IMAGE_BUILDER) build --tag placement .

constraints: ## settle anew which version of everything is used (needs uv)
	uv pip compile --quiet --universal --all-extras --no-header --no-annotate --upgrade pyproject.toml --output-file constraints.txt
