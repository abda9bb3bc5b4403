# What a newcomer needs: `make demo` and `make test`. Everything else is in `make help`.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help install install-test install-check demo test check lint format bench messages clean

help: ## show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

install: $(VENV)/.installed translations/.compiled ## create .venv and install what running needs

install-test: $(VENV)/.installed-test translations/.compiled

install-check: $(VENV)/.installed-check translations/.compiled

demo: install ## load the demonstration and serve it on http://127.0.0.1:8000 (PORT= changes it)
	@DUALDEGREE_INSECURE_COOKIES=1 $(BIN)/dualdegree demo --port $(PORT)

test: install-test ## run every test; what this machine lacks is skipped with the reason
	$(BIN)/python -m pytest -n auto --maxprocesses=4 --dist worksteal

check: lint test ## format, lint, types, import contracts, templates, translations, tests

lint: install-check ## everything that check does, without the tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/djlint dualdegree --lint --quiet
	$(BIN)/bandit -q -c pyproject.toml -r dualdegree

format: install-check ## format code and templates
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/djlint dualdegree --reformat --quiet

bench: install-check ## measure speed, as ratios within one run
	$(BIN)/dualdegree bench --json build/bench.json

messages: install ## collect the texts to translate into translations/
	@mkdir -p build
	$(BIN)/python translations/extract.py build/messages.pot
	$(BIN)/pybabel -q update -i build/messages.pot -d translations -w 110 --no-fuzzy-matching --ignore-pot-creation-date --ignore-obsolete

clean: ## remove what make has made
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache translations/.compiled
	find translations -name '*.mo' -delete

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml .ci/constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --constraint .ci/constraints.txt --editable .
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --constraint .ci/constraints.txt --editable '.[test]'
	@touch $@

$(VENV)/.installed-check: $(VENV)/.installed-test
	$(BIN)/python -m pip install --quiet --constraint .ci/constraints.txt --editable '.[test,check]'
	@touch $@

translations/.compiled: $(VENV)/.installed $(wildcard translations/*/LC_MESSAGES/messages.po)
	@$(BIN)/pybabel -q compile -d translations
	@touch $@
