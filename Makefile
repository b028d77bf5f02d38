# The course, from a terminal. `make help` lists what there is; each target's line says what it does.
# Needs a POSIX shell, coreutils and Python 3.10 to 3.13; everything else is installed into .venv.

ENV := .venv
RUN := $(ENV)/bin/python
STAMP := $(ENV)/.installed
NOTEBOOK ?=
SEEDS ?= 5
JOBS ?= 2
ARGS ?=
export TF_CPP_MIN_LOG_LEVEL ?= 3
export PIP_DISABLE_PIP_VERSION_CHECK := 1

SUPPORTED := import sys; sys.exit(not (3, 10) <= sys.version_info[:2] < (3, 14))
# The first Python on the PATH that the course supports (PYTHON=… is tried before the others).
FIND_PYTHON = for p in $(PYTHON) python3.13 python3.12 python3.11 python3.10 python3 python; do \
	if "$$p" -c "$(SUPPORTED)" >/dev/null 2>&1; then echo "$$p"; break; fi; done
NO_PYTHON := please install Python 3.10, 3.11, 3.12 or 3.13 (none of them was found) \
	and run make again
NO_VENV := please install the venv module of this Python (Debian, Ubuntu: apt install \
	python3-venv) and run make again
# The Python to make an environment with; nothing where a good environment is there already.
USABLE = $(if $(MOVED),,$(shell $(RUN) -c "$(SUPPORTED)" 2>/dev/null && echo yes))
NEW_ENV = $(if $(USABLE),,$(call checked,$(or $(shell $(FIND_PYTHON)),$(error $(NO_PYTHON)))))
checked = $(if $(shell "$(1)" -c "import ensurepip, venv" 2>/dev/null && echo yes),$(1),$(error \
	$(NO_VENV)))

.DEFAULT_GOAL := help
.PHONY: help lab test notebooks seeds data lint benchmark constraints clean moved

help: ## list the targets, one line each
	@while IFS= read -r line; do case "$$line" in \
	[a-z]*": "*"## "*) printf '  make %-12s %s\n' "$${line%%:*}" "$${line##*## }";; \
	esac; done < Makefile

lab: $(STAMP) ## open JupyterLab in notebooks/ (installs everything first, once)
	cd notebooks && ../$(RUN) -m jupyterlab $(ARGS)

test: $(STAMP) ## lint, unit tests, and every notebook from top to bottom
	@echo "== lint"
	@$(RUN) -m ruff check .
	@echo "== unit tests"
	@MPLBACKEND=Agg $(RUN) -m pytest tests -q -n $(JOBS) --dist loadfile
	@echo "== notebooks"
	@$(RUN) -m pytest notebooks -q -W default -n $(JOBS) --dist loadfile
	@echo "== all passed: lint, unit tests, notebooks"

notebooks: $(STAMP) ## build the notebooks whose source changed (NOTEBOOK=14: only that one)
	$(RUN) -m tools.notebooks $(NOTEBOOK) $(ARGS)

seeds: $(STAMP) ## run a notebook under several seeds and count its claims (NOTEBOOK=14 SEEDS=5)
	$(RUN) -m tools.seeds "$(NOTEBOOK)" --seeds $(SEEDS) $(ARGS)

data: $(STAMP) ## write the course corpus anew, byte for byte the same
	$(RUN) -m data.generate $(ARGS)

lint: $(STAMP) ## check the Python code and the notebook sources
	$(RUN) -m ruff check .

benchmark: $(STAMP) ## measure translation (ARGS="--data DIR --source en --target fr")
	$(RUN) benchmarks/translation.py $(ARGS)

constraints: $(STAMP) ## choose the newest versions within pyproject.toml's ranges and pin them
	$(RUN) -m pip install --quiet --constraint constraints.txt --editable ".[maintain]"
	$(RUN) -m tools.constraints

clean: ## remove the environment and everything else that make can bring back
	rm -rf $(ENV) build dist *.egg-info .pytest_cache .ruff_cache .hypothesis
	rm -rf __pycache__ */__pycache__ */*/__pycache__ notebooks/.ipynb_checkpoints

# The stamp holds the folder it was made in: an environment does not survive being moved.
ifneq ($(shell cat $(STAMP) 2>/dev/null || echo "$(CURDIR)"),$(CURDIR))
MOVED := yes
$(STAMP): moved
endif

$(STAMP): pyproject.toml constraints.txt
	@$(foreach python,$(NEW_ENV),"$(python)" -m venv --clear $(ENV))
	@echo "Installing what the course needs into $(ENV) (about 3 GB; some minutes, once)"
	@$(RUN) -m pip install --quiet --constraint constraints.txt --editable ".[lab,test]"
	@printf '%s' "$(CURDIR)" > $(STAMP)
