# Accordant: what a developer types. `make` alone lists it.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory --no-builtin-rules
# Without its byte code every Airflow process starts three times slower.
unexport PYTHONDONTWRITEBYTECODE
unexport PYTHONHOME
# Trust what this machine trusts, as pip does: behind a company's proxy nothing installs otherwise.
export UV_SYSTEM_CERTS := true

PYTHON := .venv/bin/python
READY := .venv/.ready
SOURCES := plugins/accordant sandbox demo dags
COMPILE := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes
# Extra words for `make demo`, `make test` and `make bench`, as in: make demo ARGS=--exit
ARGS ?=
# Most tests wait for a disk or a server. 0 runs them one after the other in one process, as a debugger wants it.
TESTS_AT_ONCE ?= 3

.PHONY: help setup demo stop env test lint types architecture dependencies unit bench docs lock clean

help:  ## this list
	@echo 'Usage: make TARGET [ARGS="..."]'
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' Makefile

setup: $(READY)  ## create .venv and install everything; instant when nothing changed
	@echo "setup: .venv is up to date"

demo: $(READY)  ## see it work: Airflow, the sandbox and one agreement (ARGS=--exit stops by itself)
	@$(PYTHON) -m demo up $(ARGS)

stop:  ## stop what `make demo` started
	@if [ -x $(PYTHON) ]; then $(PYTHON) -m demo down; else echo "Nothing to stop: there is no .venv."; fi

env: $(READY)  ## point this shell's `accordant` and `airflow` at the running demo: eval "$$(make -s env)"
	@$(PYTHON) -m demo env

test: lint types architecture dependencies unit  ## every check and every test

lint: $(READY)  ## ruff: rules and format
	@echo "== lint"
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .

types: $(READY)  ## mypy, strict
	@echo "== types"
	@$(PYTHON) -m mypy $(SOURCES)

architecture: $(READY)  ## import-linter: who may import whom
	@echo "== architecture"
	@.venv/bin/lint-imports

dependencies: $(READY)  ## deptry: every import declared, every declaration used
	@echo "== dependencies"
	@.venv/bin/deptry . --config deptry.toml

unit: $(READY)  ## pytest alone (ARGS="-k name -x")
	@echo "== tests"
	@$(PYTHON) -m pytest --numprocesses $(TESTS_AT_ONCE) --dist loadfile --no-loadscope-reorder $(ARGS)

bench: $(READY)  ## measurements: calls per invoice, memory, time
	@$(PYTHON) -m benchmarks $(ARGS)

docs: $(READY)  ## write docs/errors.md and docs/mappings.md from the code
	@$(PYTHON) -m accordant.docs

lock: $(READY)  ## resolve requirements*.txt again into requirements*.lock
	@$(COMPILE) --custom-compile-command "make lock" requirements-dev.txt -o requirements-dev.lock
	@$(COMPILE) --custom-compile-command "make lock" requirements.txt -c requirements-dev.lock -o requirements.lock
	@echo "Wrote requirements.lock and requirements-dev.lock. Now: make test"

clean: stop  ## stop the demo; remove .venv, caches and the demo's data
	@rm -rf .venv .accordant .mypy_cache .ruff_cache .hypothesis .import_linter_cache .pytest_cache dist build
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# -- how .venv is made -------------------------------------------------------------------

# The first Python of at least 3.11 that Airflow supports.
define FIND_PYTHON
for name in python3 python3.14 python3.13 python3.12 python3.11; do
  if "$$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null; then
    command -v "$$name"; exit 0
  fi
done
echo "Accordant needs Python 3.11 to 3.14 and found none. Install one (Debian: apt-get install python3 python3-venv), then run make again." >&2
exit 1
endef
export FIND_PYTHON

# uv itself comes from the lock, with its hashes.
define UV_PIN
/^uv==/ { found = 1 }
found && /^(uv==|    --hash)/ { print; next }
found { exit }
endef
export UV_PIN

.venv/bin/uv:
	@python=$$(bash -c "$$FIND_PYTHON") && \
	echo "setup: $$("$$python" --version) in .venv" && \
	{ "$$python" -m venv .venv || { echo "Python's venv module is missing (Debian: apt-get install python3-venv)." >&2; exit 1; }; } && \
	awk "$$UV_PIN" requirements-dev.lock > .venv/uv.txt && \
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r .venv/uv.txt

$(READY): requirements-dev.lock requirements.txt pyproject.toml | .venv/bin/uv
	@echo "setup: $$(grep -c '^[a-zA-Z0-9].*==' requirements-dev.lock) packages of requirements-dev.lock, verified by hash" && \
	.venv/bin/uv pip install --python $(PYTHON) --compile-bytecode --require-hashes -r requirements-dev.lock 2>&1 \
	  | sed -u -e '/^ [-+~] /d' -e 's/^/setup: /' && \
	.venv/bin/uv pip install --python $(PYTHON) --quiet --no-deps --no-build-isolation -e . && \
	touch $(READY) && \
	echo "setup: ready in $$SECONDS s"
