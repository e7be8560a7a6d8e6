# Mötesplats. `make` tells what there is.
SHELL := /bin/sh
PYTHON ?= python3
PORT ?= 8000
PY := .venv/bin/python
MANAGE := $(PY) manage.py
INSTALLED := .venv/.installed
export PORT
unexport PYTHONDONTWRITEBYTECODE  # without bytecode each of our processes takes seconds to start

.DEFAULT_GOAL := help
.PHONY: help run test stories long fault bench lint fix messages screenshots full ready

help: ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

run: ready ## Start everything in one process on PORT (8000), with demo people the first time
	@exec $(MANAGE) serve

ready: $(INSTALLED)
	@$(MANAGE) prepare --assets --demo

test: $(INSTALLED) ## The tests, in minutes; on PostgreSQL when it is installed, on SQLite with DB=sqlite
	@$(MANAGE) compile_catalogues
	@$(PY) -m pytest -n 2 --dist loadgroup --no-loadscope-reorder -m "not story and not long and not fault" $(ARGS)

stories: $(INSTALLED) ## Whole stories in Chromium against running houses: `serve` on SQLite, else the full mode
	@$(MANAGE) compile_catalogues
	@$(PY) -m pytest -n 2 --dist loadgroup --no-loadscope-reorder -m "story and not long and not alone" $(ARGS)
	@$(PY) -m pytest tests/e2e -m alone

long: $(INSTALLED) ## Simulations and the largest races, with their printed figures (some minutes)
	@$(MANAGE) compile_catalogues
	@$(PY) -m pytest -n 2 -m long $(ARGS)

fault: $(INSTALLED) ## Kill real daemons and count what is lost (less than 3 minutes)
	@$(PY) -m pytest tests/faults -m fault -n 2 --dist loadgroup $(ARGS)

bench: $(INSTALLED) ## Load figures: the desk with 500 waiting, 50,000 ads, then messages a second of one socket process
	@$(PY) -m bench.desk
	@$(PY) -m bench.vacancies
	@$(PY) -m bench.load $(ARGS)

lint: $(INSTALLED) ## Look for mistakes without running anything
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(MANAGE) makemigrations --check --dry-run
	@$(MANAGE) check

fix: $(INSTALLED) ## Mend what can be mended without thinking
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

messages: $(INSTALLED) ## Find new sentences, update locale/*/LC_MESSAGES/django.po, compile
	@$(MANAGE) make_catalogues
	@$(MANAGE) compile_catalogues

screenshots: $(INSTALLED) ## Take the pictures of docs/ again, with Chromium
	@$(MANAGE) compile_catalogues
	@$(PY) -m tests.e2e.screenshots

full: $(INSTALLED) ## Start production's processes here: PostgreSQL, Redis, pages, sockets, worker, beat, Caddy
	@exec $(MANAGE) run_full $(ARGS)

$(INSTALLED): pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Mötesplats needs Python 3.11 or newer: $$($(PYTHON) --version 2>&1). Try: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "Python's venv module is missing. This helps: sudo apt-get install python3-venv"; exit 1; }
	@test -x $(PY) || $(PYTHON) -m venv .venv
	@$(PY) -m pip --version >/dev/null 2>&1 || $(PY) -m ensurepip >/dev/null
	@test -x .venv/bin/uv || $(PY) -m pip install --quiet --disable-pip-version-check uv
	@VIRTUAL_ENV=.venv UV_PYTHON_DOWNLOADS=never .venv/bin/uv sync --active --frozen --inexact --quiet --python $(PY)
	@touch $(INSTALLED)
