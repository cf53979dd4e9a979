# Every task of the project. `make` alone lists them.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
STAGE ?= prod
UV ?= uv
# Some tests take a hundred times as long as others: whoever is through takes over from the rest.
EVERY_CORE := --numprocesses auto --maxprocesses 4 --dist worksteal
# The unit tests that need another look only when what they are about was changed.
SLOW := papers verify test_architecture.py
# Published calendars that a test reads; without npm that test is skipped.
CALENDARS := build/chinese-days-1.5.7.tgz
# What looks for barriers on pages; without npm, or without Chromium, that test is skipped.
AXE := build/axe-core-4.14.1.tgz
# The tests over real HTTP that start a cloud of their own, and so wait for nobody.
OWN := tests/e2e/test_idle_minute.py tests/e2e/test_kept_stage.py
# The chance of a thorough run. SEED=… repeats one.
SEED := $(or $(SEED),$(shell date +%s))

# Wheels brought along, for a machine without internet (make wheelhouse).
OFFLINE := $(if $(wildcard wheelhouse/*.whl),--no-index --find-links wheelhouse)
NO_INDEX := 装不上依赖。没有网络时：设镜像（export PIP_INDEX_URL=镜像的 /simple 地址），或在能联网的同类机器上 make wheelhouse，把 wheelhouse/ 拷到这里 / the dependencies were not installed. Without a network: export PIP_INDEX_URL=… of a mirror, or run make wheelhouse on a machine like this one, and bring wheelhouse/ here

export PIP_DISABLE_PIP_VERSION_CHECK := 1
# What Python compiled is kept, whatever the shell says: a run starts hundreds of processes.
export PYTHONDONTWRITEBYTECODE :=

# Several at once; what one prints stays together.
AT_ONCE := $(if $(filter output-sync,$(.FEATURES)),--output-sync) --jobs

.PHONY: help setup wheelhouse lock fmt lint types unit integration inside infra e2e door own stack bench package wheel quick test thorough mutants run clean

help: ## list these tasks
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

setup: $(BIN)/duban ## make .venv from the lock file, with the duban command in it

# What a link leads to belongs to another checkout.
OWN_VENV := if [ -L $(VENV) ]; then echo "$(VENV) is a link, and setting up would change what it leads to; remove the link" >&2; exit 1; fi

# The interpreter is tried, not trusted: a pyenv shim may stand there and fail.
$(READY): requirements-dev.txt
	@$(OWN_VENV)
	@for python in $${PYTHON:-} python3 python3.13 python3.12 python3.11; do \
	  if "$$python" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1; then \
	    found=$$("$$python" -c 'import sys; print(sys.executable)'); break; \
	  fi; \
	done; \
	if [ -z "$${found:-}" ]; then echo "Python 3.11, 3.12 or 3.13 (with venv) is needed; none was found. Name one with PYTHON=..." >&2; exit 1; fi; \
	echo "setting up $(VENV) with $$found (once; a minute or two)" >&2; \
	rm -f $(READY); \
	"$$found" -m venv --clear $(VENV); \
	$(BIN)/python -m pip install --quiet --quiet --no-compile --no-deps $(OFFLINE) --require-hashes --requirement requirements-dev.txt \
	  || { echo "$(NO_INDEX)" >&2; exit 1; }; \
	touch $(READY)

wheelhouse: setup ## all wheels in wheelhouse/, to bring to a machine without internet
	@$(BIN)/python -m infra.stack.wheelhouse

$(BIN)/duban: infra/command.py $(READY)
	@$(OWN_VENV)
	@$(BIN)/python -m infra.command

lock: ## make the lock files anew from pyproject.toml (needs uv; keeps versions that still fit)
	$(UV) pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --custom-compile-command "make lock" --quiet --output-file requirements.txt
	$(UV) pip compile pyproject.toml --group dev --constraint requirements.txt --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --custom-compile-command "make lock" --quiet --output-file requirements-dev.txt

fmt: setup ## format, and mend what lint can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: setup ## format and lint, checked
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: setup ## types, strictly
	$(BIN)/mypy

$(CALENDARS):
	@mkdir -p build
	@npm pack --silent --pack-destination build chinese-days@1.5.7 >/dev/null || echo "no npm: the public calendars are not read" >&2

$(AXE):
	@mkdir -p build
	@npm pack --silent --pack-destination build axe-core@4.14.1 >/dev/null || echo "no npm: no page is searched for barriers" >&2

unit: setup $(CALENDARS) ## the pure core, with properties
	$(BIN)/pytest $(EVERY_CORE) tests/unit tests/rules

integration: setup $(AXE) ## routes and stores on moto, stories in memory
	$(BIN)/pytest $(EVERY_CORE) tests/integration tests/e2e/stories

inside: setup $(CALENDARS) $(AXE) ## unit and integration in one go
	$(BIN)/pytest $(EVERY_CORE) tests/unit tests/rules tests/integration tests/e2e/stories

infra: setup ## the packaged template, the lock files, the commands
	$(BIN)/pytest tests/infra

e2e: door own ## one run against the local cloud over real HTTP

door: setup # all that is done to one stage
	$(BIN)/pytest tests/e2e --ignore tests/e2e/stories $(OWN:%=--ignore %)

own: setup # beside it
	$(BIN)/pytest $(OWN)

stack: setup ## infra and e2e at once: each starts clouds of its own, and one waits while the other packages
	@$(MAKE) $(AT_ONCE) 3 infra e2e

bench: setup ## benchmarks: due dates, judging, reading, cold starts, one case's cost, the same with everything, a new calendar, replay, the log, verifying it (some minutes)
	@for name in due decide reading cold_start case_cost whole_case recompute replay log verify; do echo "== $$name"; $(BIN)/python -m tests.bench.bench_$$name; done

package: setup ## package STAGE (by default prod) into build/STAGE
	$(BIN)/python -m infra.stack.package $(STAGE)

wheel: setup ## the verifier alone, for strangers: build/duban_verify-….whl
	$(BIN)/python -m infra.stack.wheel

quick: setup ## for every change: the unit tests but for the slow groups (half a minute)
	$(BIN)/pytest $(EVERY_CORE) tests/unit tests/rules $(SLOW:%=--ignore tests/unit/%)

# All at once: the stages that infra and e2e start wait more than they work.
test: lint ## everything that guards the project
	@$(MAKE) $(AT_ONCE) 5 e2e infra inside types

thorough: setup $(CALENDARS) $(AXE) ## for the night: ten times the examples, other seeds, a faulty network, 100,000 open cases, what takes minutes, then mutants of the core
	SEED=$(SEED) $(BIN)/pytest $(EVERY_CORE) --hypothesis-profile thorough --hypothesis-seed $(SEED) \
	  tests/unit tests/rules tests/integration tests/e2e/stories
	SEED=$(SEED) $(BIN)/pytest --hypothesis-profile thorough tests/e2e/test_faulty_network.py tests/e2e/test_idle_minute.py
	$(BIN)/pytest --hypothesis-profile thorough -m night tests/infra tests/e2e
	@$(MAKE) mutants

mutants: setup ## a tenth of the core's mutants, another one each day (MUTANTS='*': all); lists who survives
	$(BIN)/python -m tests.mutation.survivors $(if $(MUTANTS),'$(MUTANTS)')

run: setup ## the local cloud with a made-up week of cases; Ctrl-C ends it
	$(BIN)/duban up --demo

clean: ## remove what was made, .venv included, but not what duban up --keep holds, nor wheelhouse
	@if [ -d .duban ]; then find .duban -mindepth 1 -maxdepth 1 ! -name kept -exec rm -rf {} +; rmdir .duban 2>/dev/null || true; fi
	rm -rf $(VENV) build mutants .mypy_cache .pytest_cache .ruff_cache .hypothesis
