# Every target sets itself up in a fresh clone; nothing but Python 3.11+, make and git is needed on the machine.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PY := .venv/bin/python
BROWSER ?= yes
WORKERS ?= $(shell n=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2); echo $$(( n > 8 ? 8 : n )))
ARGS ?=

.PHONY: help run rehearsal test test-all test-fast test-ui faults check messages languages audit sbom lock bench bench-pages peers validate load clean guides setup setup-dev

help:  ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' Makefile

setup:
	@.ci/setup runtime

setup-dev:
	@.ci/setup dev

run: setup  ## Start everything on this machine and print the address (PORT=8000 BIND=127.0.0.1)
	@exec $(PY) manage.py serve $(if $(PORT),--port $(PORT)) $(if $(BIND),--bind $(BIND)) $(ARGS)

rehearsal: setup-dev  ## The server of docker-compose.yml without Docker: PostgreSQL, Redis, TLS, web, two workers (PORT=8443)
	@exec $(PY) manage.py rehearsal $(if $(PORT),--port $(PORT)) $(ARGS)

test: setup-dev  ## All tests with their own PostgreSQL, Valkey and Chromium, then the coverage gate (BROWSER=no leaves the browser out)
	@BROWSER=$(BROWSER) .ci/test $(WORKERS) $(ARGS)

test-all: setup-dev  ## The same and the slow ones: hundreds of synthetic surveys
	@SLOW=yes BROWSER=$(BROWSER) .ci/test $(WORKERS) $(ARGS)

test-fast: setup-dev  ## The tests without browser and coverage (ARGS="tests/jobs -k lease" for some of them)
	@$(PY) -m pytest -n $(WORKERS) -m "not browser" $(ARGS)

faults: setup-dev  ## What fails on a server, made to fail: real PostgreSQL, Valkey, gunicorn and workers (about 20 minutes)
	@FAULTS=yes $(PY) -m pytest tests/faults -s $(ARGS)

test-ui: setup-dev  ## The browser tests only
	@chromium=$$(.ci/chromium) && CHROMIUM=$$chromium $(PY) -m pytest -m browser $(ARGS)

check: setup-dev  ## Style, types, layers, templates, migrations, production settings
	@.ci/check

messages: setup-dev  ## Put new messages of the source into locale/, compile it, list what is not translated
	@$(PY) .ci/messages.py

languages: setup-dev  ## Walk every page in four languages on a phone: too wide, cut off, still English (minutes)
	@chromium=$$(.ci/chromium) && LANGUAGES=yes CHROMIUM=$$chromium $(PY) -m pytest tests/languages -s $(ARGS)

audit: setup-dev  ## Known holes in the locked packages; fails when no advisory service answers
	@$(PY) .ci/audit.py

sbom: setup-dev  ## What the site is made of, as CycloneDX JSON: sbom.json
	@$(PY) .ci/sbom.py

lock: setup-dev  ## Resolve the dependencies again (ARGS=--upgrade takes newer versions)
	@.venv/bin/uv pip compile pyproject.toml --quiet --python-version 3.11 --universal --generate-hashes \
		--no-header --no-annotate --output-file requirements.lock $(ARGS)
	@.venv/bin/uv pip compile pyproject.toml --quiet --group dev --constraints requirements.lock --python-version 3.11 \
		--universal --generate-hashes --no-header --no-annotate --output-file requirements-dev.lock $(ARGS)

bench: peers  ## The engines beside four tools from PyPI, R's actuar, LibreOffice and NumPy: docs/benchmark.md; then the rest of bench/
	@.peers-venv/bin/python bench/benchmark.py $(ARGS)
	@for part in frontier survey_fitting survey_reading calculator_page; do echo "== bench_$$part"; $(PY) bench/bench_$$part.py || exit 1; done

bench-pages: setup-dev  ## What each page and a premium cost the server: docs/page-speed.md (ARGS="--rounds 20")
	@$(PY) bench/bench_pages.py $(ARGS)

peers: setup-dev
	@.ci/beside .peers-venv bench/correctness/requirements.lock

validate: peers  ## Sixty contracts against four tools from PyPI, in an environment of their own: docs/validation.md (ARGS=--check)
	@.peers-venv/bin/python bench/validation.py $(ARGS)

load: setup-dev  ## 200 people at once on a rehearsed server for two and a half minutes (locust in an environment of its own)
	@.ci/beside .load-venv bench/load/requirements.lock
	@$(PY) bench/load/run.py .load-venv/bin/locust $(ARGS)

guides: setup-dev  ## Take the pictures of the guides again: the real site with its example in Chromium (static/guides)
	@chromium=$$(.ci/chromium) && CHROMIUM=$$chromium $(PY) -m pytest tests/guides/pictures.py $(ARGS)

clean:  ## Remove what the other targets made; var/ with your data stays
	@rm -rf .venv .load-venv .peers-venv .setup.lock .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage .coverage.* htmlcov test-results
