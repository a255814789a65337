# Every target makes .venv where there is none and installs what it needs.
PYTHON ?= python3
BIN := .venv/bin
# Named, so that no other build of it (with gigabytes of GPU libraries) is chosen.
TORCH := torch==2.13.0

.DEFAULT_GOAL := help
.PHONY: help demo test lint types tests bench bench-app app docs docs-links clean

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 10

demo: .venv/.base  ## run the whole chain on the three domains; reports go to runs/
	$(BIN)/pellucid demo --out runs

test: lint  ## lint, types, tests, floors, wheel
	@# Types are checked beside the tests, whose workers do not always keep every core busy.
	$(MAKE) --no-print-directory -j2 types tests

lint: .venv/.dev  ## style, unused code, common bugs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/.dev  ## mypy, strict
	@# The package has three homes; mypy reads it from one folder of links.
	@rm -rf build/types && mkdir -p build/types/pellucid
	@ln -s $(CURDIR)/src/pellucid/* $(CURDIR)/app $(CURDIR)/domains build/types/pellucid/
	MYPYPATH=build/types $(BIN)/mypy -p pellucid

tests: .venv/.dev  ## all tests, slow ones too, with coverage of src
	@# One thread each: workers that each start two threads per sum wait for one another. Three of them on two
	@# cores, because those that drive a browser or a server are often idle.
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n 3 --dist worksteal --cov --cov-report=term

bench: .venv/.dev  ## ratios quoted in the documentation, measured in one run
	$(BIN)/python benchmarks/glass_boxes.py
	$(BIN)/python benchmarks/score_card.py
	$(BIN)/python benchmarks/comparison_speed.py
	$(BIN)/python benchmarks/evidence.py
	$(BIN)/python benchmarks/valid_replies.py
	$(BIN)/python benchmarks/in_process.py
	$(BIN)/python benchmarks/flat_memory.py
	$(BIN)/python benchmarks/http_reading.py

bench-app: .venv/.dev  ## how quick the app is: a correction by its parts, in Chromium, with twenty people at once
	$(BIN)/python benchmarks/app.py

app: .venv/.app  ## the app on all three domains, at http://127.0.0.1:7860/
	$(BIN)/pellucid app

docs: .venv/.docs  ## the documentation as a site in build/site, with every notebook run
	$(BIN)/python docs/make_reference.py
	$(BIN)/python -m sphinx -W --keep-going -q -c docs -d build/doctrees . build/site
	@echo 'The site is built: open build/site/index.html'

docs-links: .venv/.docs  ## also ask every address outside the project; needs a network
	$(BIN)/python -m sphinx -b linkcheck -q -c docs -D nb_execution_mode=off -d build/doctrees . build/links

clean:  ## remove everything that is made
	rm -rf .venv build dist runs *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage*

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Pellucid needs Python 3.11 or newer: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv

.venv/.base: pyproject.toml | .venv/bin/python
	@echo 'Installing what the demo needs into .venv: about 1.4 GB, some minutes'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[validate]'
	@touch $@

.venv/.app: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[app,llm,validate]'
	@touch .venv/.base $@

.venv/.docs: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[app,docs,labels,llm,validate]'
	@touch .venv/.base .venv/.app $@

.venv/.dev: pyproject.toml | .venv/bin/python
	@# Compiled afterwards, on every core; some packages hold files for other versions of Python, which do not matter.
	$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check $(TORCH) -e '.[dev,app,labels,llm,local,parquet,validate]'
	@$(BIN)/python -m compileall -q -j 0 .venv/lib >/dev/null 2>&1 || true
	@touch .venv/.base .venv/.app .venv/.docs $@
