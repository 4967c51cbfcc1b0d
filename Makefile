# Two commands, each all that a fresh machine with Python 3.11 or newer needs.  Each installs the
# lock of its purpose into the same environment; where both have a package, it is the same version.
# The library itself is installed as it stands here, so that `import chipcontrols` reads this checkout.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: release test office browser

release: .venv/release
	$(BIN)/python scripts/build_release.py

test: .venv/test office browser
	$(BIN)/ruff check scripts tests
	$(BIN)/mypy
	$(BIN)/python scripts/validate.py
	$(BIN)/python -m pytest -n auto -m "not timed"
	$(BIN)/python -m pytest -m timed

# The tests open the workbook in LibreOffice; without it two of them fail and say so.
office:
	@command -v soffice > /dev/null || { \
	root=$$([ "$$(id -u)" = 0 ] || echo sudo -n); \
	$$root apt-get update -qq && $$root apt-get install --yes -qq --no-install-recommends \
	libreoffice-calc-nogui; } || echo "LibreOffice is not there and cannot be installed here"

# The tests look at the explorer page in Chromium: the system's, else the one that Playwright installs.
browser: .venv/test
	@command -v chromium > /dev/null || command -v chromium-browser > /dev/null || { \
	root=$$([ "$$(id -u)" = 0 ] || echo sudo -n); \
	$$root apt-get update -qq && $$root apt-get install --yes -qq --no-install-recommends chromium; \
	} || $(BIN)/python -m playwright install chromium \
	|| echo "Chromium is not there and cannot be installed here"
	@cd scripts/chipcontrols/release/explorer && npm ci --silent --no-audit --no-fund \
	|| echo "npm is not there: the page is tested without axe, and its bundle is not rebuilt"

.venv/%: scripts/requirements-%.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@
