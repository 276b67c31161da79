PYTHON ?= python3
DEVICE ?= cpu
PROFILE ?= quick
EXECUTOR ?= local
SCHEDULER ?=
WORKERS ?=
THEOREM ?=

BIN := .venv/bin
STAMP := .venv/.installed
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
SOURCES := synthetic theory proofs_check steplab.py tests benchmarks notebooks docs
LAB_SETTINGS := .venv/etc/jupyter/labconfig/default_setting_overrides.json
# threads of torch that wait for each other, as in commands: synthetic/waiting.py
ASLEEP := OMP_WAIT_POLICY=PASSIVE GOMP_SPINCOUNT=10000
OPTIONS := --profile $(PROFILE) --device $(DEVICE) --executor $(EXECUTOR) \
           $(if $(SCHEDULER),--scheduler $(SCHEDULER)) $(if $(WORKERS),--workers $(WORKERS))

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.PHONY: all test lint figures proofs coverage docs notebooks lab benchmark gpu clean help

all: $(STAMP) $(if $(filter dask,$(EXECUTOR)),$(STAMP)-cluster) ## Run the profile: results, figures, report, summary (the default)
	@$(BIN)/steplab run $(OPTIONS)

test: $(STAMP)-dev ## Run all tests
	@OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist worksteal

lint: $(STAMP)-dev ## Check format, style, types and the arrow of imports
	@$(BIN)/ruff format --check $(SOURCES)
	@$(BIN)/ruff check $(SOURCES)
	@$(BIN)/mypy $(SOURCES)
	@$(BIN)/python -m pytest -q tests/test_imports.py

figures: $(STAMP) ## Draw all figures and the report again from the rows on disk
	@$(BIN)/steplab report --profile $(PROFILE) $(if $(WORKERS),--workers $(WORKERS))

proofs: $(STAMP) ## Check all proofs, or one: THEOREM=id
	@$(BIN)/steplab proofs $(if $(THEOREM),--theorem $(THEOREM))

coverage: $(STAMP)-dev ## Run the battery of hard cases of all intervals, and write docs/coverage.md
	@OMP_NUM_THREADS=1 $(BIN)/python -m tests.coverage

docs: $(STAMP)-docs ## Build the pages: build/site/index.html, readable without a network
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet
	@echo 'build/site/index.html'

notebooks: $(STAMP)-notebooks ## Execute all notebooks: build/notebooks, as .ipynb and HTML
	@mkdir -p build/notebooks
	@for script in notebooks/*.py; do \
	  page=build/notebooks/$$(basename $$script .py); \
	  echo "$$script -> $$page.ipynb, $$page.html"; \
	  $(ASLEEP) $(BIN)/jupytext --quiet --to ipynb --execute --run-path . --output $$page.ipynb $$script \
	    && $(BIN)/python docs/site/notebook_page.py $$page.ipynb || exit 1; \
	done

lab: $(STAMP)-lab ## Open JupyterLab on notebooks/
	@$(BIN)/jupytext-config --settings-file $(LAB_SETTINGS) set-default-viewer python
	@$(ASLEEP) $(BIN)/jupyter lab --notebook-dir notebooks

benchmark: $(STAMP)-benchmark ## Measure speed beside peers in the same run
	@$(ASLEEP) $(BIN)/python -m benchmarks --device $(DEVICE)

gpu: ## Run what needs a GPU, in eight minutes, by PYTHON alone: rows and models in results/gpu
	@$(PYTHON) -m benchmarks.gpu

clean: ## Remove the environment and all results but the committed ones
	rm -rf .venv build *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find results -mindepth 1 -maxdepth 1 ! -name standard ! -name gpu -exec rm -rf {} + 2>/dev/null || true
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "%-10s %s\n", $$1, $$2}' Makefile
	@echo 'variables: DEVICE=cpu|cuda|mps PROFILE=quick|standard|paper EXECUTOR=local|dask'
	@echo '           SCHEDULER=tcp://... WORKERS=n THEOREM=id PYTHON=python3'

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "steplab needs Python 3.11 or later, PYTHON=... names one")'
	$(PYTHON) -m venv .venv

$(STAMP): .venv/bin/python pyproject.toml constraints.txt
	@echo 'installing steplab into .venv'
	@$(PIP) --editable .
	@touch $@

$(STAMP)-%: $(STAMP)
	@echo 'installing what $* needs into .venv'
	@$(PIP) --editable '.[$*]'
	@touch $@
