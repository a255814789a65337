# Every target makes .venv where there is none and installs what it needs.
PYTHON ?= python3
BIN := .venv/bin
# Named, so that no other build of it (with gigabytes of GPU libraries) is chosen.
TORCH := torch==2.13.0

.DEFAULT_GOAL := help
.PHONY: help demo test lint types tests bench app clean

help:  ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 10

demo: .venv/.base  ## run the whole chain on the three domains; reports go to runs/
	$(BIN)/pellucid demo --out runs

test: lint types tests  ## lint, types, tests, floors, wheel

lint: .venv/.dev  ## style, unused code, common bugs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/.dev  ## mypy, strict
	MYPYPATH=src $(BIN)/mypy src/pellucid domains

tests: .venv/.dev  ## all tests, slow ones too, with coverage of src
	$(BIN)/python -m pytest -n 2 --dist worksteal --cov --cov-report=term

bench: .venv/.dev  ## ratios quoted in the documentation, measured in one run
	$(BIN)/python benchmarks/glass_boxes.py
	$(BIN)/python benchmarks/score_card.py
	$(BIN)/python benchmarks/comparison_speed.py
	$(BIN)/python benchmarks/evidence.py
	$(BIN)/python benchmarks/valid_replies.py
	$(BIN)/python benchmarks/in_process.py
	$(BIN)/python benchmarks/flat_memory.py
	$(BIN)/python benchmarks/http_reading.py

app: .venv/.base  ## the app is not built yet
	@echo "make app: the app is not part of this version; run 'make demo' and open a runs/*/report.html" >&2; exit 1

clean:  ## remove everything that is made
	rm -rf .venv build dist runs *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage*

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Pellucid needs Python 3.11 or newer: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv

.venv/.base: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[validate]'
	@touch $@

.venv/.dev: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(TORCH) -e '.[dev,labels,llm,local,parquet,validate]'
	@touch .venv/.base $@
