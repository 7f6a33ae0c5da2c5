# Two commands do everything on a fresh machine: `make serve` and `make test`.
PYTHON ?= python3
PY := .venv/bin/python
RUN := $(PY) -m scripts
export PATH := $(CURDIR)/.venv/bin:$(PATH)

.PHONY: check fix build serve test lint lock hook release verify clean
check: .venv/.ready
	$(RUN) check
fix: .venv/.ready
	$(RUN) fix
build: .venv/.ready
	$(RUN) build
serve: .venv/.ready
	$(RUN) serve
test: .venv/.ready-dev
	$(PY) -m tests.browser_setup
	$(PY) -m pytest
lint: .venv/.ready-dev
	.venv/bin/ruff check scripts tests benchmarks
	.venv/bin/ruff format --check scripts tests benchmarks
# From now on git refuses a commit whose tables break a rule.
hook: .venv/.ready
	git config core.hooksPath .githooks
release: .venv/.ready
	$(RUN) release $(VERSION)
# make verify PACKAGE=airspace-incursion-record.zip COMMIT=v2026.11.1
verify: .venv/.ready
	$(RUN) verify "$(PACKAGE)" "$(or $(COMMIT),HEAD)"
clean:
	rm -rf .build site .cache .pytest_cache .hypothesis test-output

# The environment: Python packages by hash, then browser libraries and map shapes by integrity.
.venv/.ready: requirements.txt package-lock.json
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=")'
	test -x $(PY) || $(PYTHON) -m venv .venv
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	.venv/bin/npm ci --omit=dev --silent --ignore-scripts
	touch $@
.venv/.ready-dev: .venv/.ready requirements-dev.txt
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	.venv/bin/npm ci --silent --ignore-scripts
	touch $@

# Compiled with hashes and without the address of any registry.
LOCK := .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header
lock: .venv/.ready-dev
	$(LOCK) requirements.in -o requirements.txt
	$(LOCK) requirements-dev.in -o requirements-dev.txt
	.venv/bin/npm install --package-lock-only --silent
