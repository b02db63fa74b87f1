# Two commands, each doing all of its own set-up: `make demo` and `make test`.
PORT ?= 8000
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help demo demo-check test test-fast lint bench lighthouse theme-check fuzz mutants clean

help: ## What can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: $(VENV)/.ready ## A seeded shop, the app, a worker; Ctrl-C ends all of it (PORT=9000 moves it)
	@$(BIN)/python -m devstore.demo --port $(PORT)

demo-check: $(VENV)/.ready ## Start the demo, open every address once, exit 0 or 1
	@$(BIN)/python -m devstore.demo --port $(PORT) --check

test: lint ## Everything: ruff, mypy, import-linter, pytest with a real browser
	@tools/chromium
	@$(BIN)/python -m pytest -n 4 --dist worksteal -q

test-fast: $(VENV)/.ready ## The pure and room tests only
	@$(BIN)/python -m pytest -n 2 -q tests/pure tests/rooms

lint: $(VENV)/.ready
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

bench: $(VENV)/.ready ## The benchmarks, as ratios of one interleaved run
	@$(BIN)/python -m bench

lighthouse: $(VENV)/.ready ## What the theme extension costs a storefront, by Lighthouse (needs Node and Chromium)
	@npm install --silent --no-audit --no-fund --ignore-scripts --no-package-lock --prefix bench/lighthouse
	@$(BIN)/python -m bench.lighthouse

theme-check: ## Shopify's own linter over the theme extension (needs Node)
	@npm install --silent --no-audit --no-fund --ignore-scripts --no-package-lock --prefix tools/theme-check
	@node tools/theme-check/check.js

fuzz: $(VENV)/.ready ## 50,000 hostile requests to the routes that are open to everybody, with and without signatures
	@TRIBUTE_FUZZ=5000 $(BIN)/python -m pytest -n 2 -q tests/rooms/test_public_routes_survive_anything.py tests/rooms/test_signed_requests_survive_anything.py

mutants: $(VENV)/.ready ## Change every line that decides cents: does a test notice? (docs/decisions/0035)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[mutation]'
	@$(BIN)/mutmut run >/dev/null
	@$(BIN)/mutmut results

clean: ## Remove the virtual environment and the demo's data
	rm -rf $(VENV) .tribute mutants

$(VENV)/.ready: pyproject.toml constraints.txt tools/setup
	@tools/setup $(PYTHON) $(VENV)
