# Two commands, each all that a fresh machine with Python 3.11 or newer needs.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: release test

release: .venv/installed
	$(BIN)/python scripts/build_release.py

test: .venv/installed
	$(BIN)/ruff check scripts tests
	$(BIN)/mypy
	$(BIN)/python scripts/validate.py
	$(BIN)/python -m pytest -n auto

.venv/installed: scripts/requirements.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r scripts/requirements.txt
	touch $@
