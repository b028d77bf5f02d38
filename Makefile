# The course, from a terminal. `make help` lists what there is; each target's line says what it does.
# Needs a POSIX shell, coreutils and Python 3.11 to 3.13; everything else is installed into .venv, or
# into the active conda environment where environment.yml made it (ENV=… names any other).

ENV := $(if $(filter rnn-course,$(CONDA_DEFAULT_ENV)),$(CONDA_PREFIX),.venv)
RUN := $(ENV)/bin/python
LAB := $(ENV)/.installed-lab
STAMP := $(ENV)/.installed
SITE := $(ENV)/.installed-site
NOTEBOOK ?=
SEEDS ?= 5
JOBS ?= 2
ARGS ?=
export TF_CPP_MIN_LOG_LEVEL ?= 3
export PIP_DISABLE_PIP_VERSION_CHECK := 1

SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))
# The first Python on the PATH that the course supports (PYTHON=… is tried before the others).
FIND_PYTHON = for p in $(PYTHON) python3.13 python3.12 python3.11 python3 python; do \
	if "$$p" -c "$(SUPPORTED)" >/dev/null 2>&1; then echo "$$p"; break; fi; done
NO_PYTHON := please install Python 3.11, 3.12 or 3.13 (none of them was found) \
	and run make again
NO_VENV := please install the venv module of this Python (Debian, Ubuntu: apt install \
	python3-venv) and run make again
NO_BROWSER := please install Chromium (Debian, Ubuntu: apt-get install chromium; else name one: \
	CHROMIUM=…) and run make again
NO_ENV := there is no Python 3.11, 3.12 or 3.13 in $(ENV); activate that environment, or leave ENV \
	out and run make again
# The Python to make .venv with; nothing where a good environment is there already. An environment
# that somebody else made is used as it is, and never made anew.
USABLE = $(if $(MOVED),,$(shell "$(RUN)" -c "$(SUPPORTED)" 2>/dev/null && echo yes))
NEW_ENV = $(if $(USABLE),,$(if $(filter .venv,$(ENV)),$(call checked,$(or $(shell \
	$(FIND_PYTHON)),$(error $(NO_PYTHON)))),$(error $(NO_ENV))))
checked = $(if $(shell "$(1)" -c "import ensurepip, venv" 2>/dev/null && echo yes),$(1),$(error \
	$(NO_VENV)))

# The browser that looks at the pages, only where it is asked for.
BROWSERS := chromium chromium-browser google-chrome-stable google-chrome
ifneq ($(filter test-site $(if $(VERSION),,release),$(MAKECMDGOALS)),)
export CHROMIUM ?= $(shell for b in $(BROWSERS); do if command -v $$b; then break; fi; done)
$(if $(CHROMIUM),,$(error $(NO_BROWSER)))
endif

.DEFAULT_GOAL := help
.PHONY: help lab reset test test-colab author notebooks seeds assignment solution grade autograder data lint \
	benchmark constraints address site test-site release clean moved

help: ## list the targets, one line each
	@while IFS= read -r line; do case "$$line" in \
	[a-z]*": "*"## "*) printf '  make %-12s %s\n' "$${line%%:*}" "$${line##*## }";; \
	esac; done < Makefile

lab: $(LAB) ## open JupyterLab with notebooks of your own, in my-notebooks/ (installs first)
	@$(RUN) -m tools.lab $(ARGS)

reset: $(LAB) ## take one notebook from the course again; yours is kept (NOTEBOOK=08)
	@$(RUN) -m tools.copies reset "$(NOTEBOOK)"

test: $(STAMP) ## lint, unit tests, and every notebook from top to bottom
	@echo "== lint"
	@$(RUN) -m ruff check .
	@echo "== unit tests"
	@MPLBACKEND=Agg $(RUN) -m pytest tests -q -n $(JOBS) --dist loadfile --no-loadscope-reorder
	@echo "== notebooks"
	@$(RUN) -m pytest notebooks -q -W default -n $(JOBS) --dist loadfile
	@$(RUN) -m tools.notebooks --own
	@echo "== all passed: lint, unit tests, notebooks"

author: $(STAMP) ## open JupyterLab in notebooks/, each one paired with its source
	$(RUN) -m tools.author $(ARGS)

notebooks: $(STAMP) ## build the notebooks whose source changed (NOTEBOOK=14: only that one)
	$(RUN) -m tools.notebooks $(NOTEBOOK) $(ARGS)

seeds: $(STAMP) ## run a notebook under several seeds and count its claims (NOTEBOOK=14 SEEDS=5)
	$(RUN) -m tools.seeds "$(NOTEBOOK)" --seeds $(SEEDS) $(ARGS)

assignment: $(STAMP) ## write a problem set for students (SET=1 VARIANT=3 OUT=set-1.3.ipynb)
	@$(RUN) -m tools.assignments student "$(SET).$(VARIANT)" "$(or $(OUT),set-$(SET).$(VARIANT).ipynb)"

solution: $(STAMP) ## write its solutions, for the teacher (SET=1 VARIANT=3 OUT=solution-1.3.ipynb)
	@$(RUN) -m tools.assignments solution "$(SET).$(VARIANT)" "$(or $(OUT),solution-$(SET).$(VARIANT).ipynb)"

grade: $(STAMP) ## mark submissions (SUBMISSIONS=DIR-or-ZIP SET=1.3 or 1 SEED=… OUT=results)
	$(RUN) -m grading all "$(SUBMISSIONS)" --set "$(SET)" $(SEED:%=--seed "%") --out "$(OUT)" --processes $(JOBS) $(ARGS)

autograder: $(STAMP) ## pack the marking of a set for Gradescope or an image (SET=1 SEED=… OUT=autograder.zip)
	@$(RUN) -m tools.autograder "$(SET)" "$(or $(OUT),autograder-$(SET).zip)" --seed "$(SEED)"

data: $(STAMP) ## write the course corpus anew, byte for byte the same
	$(RUN) -m data.generate $(ARGS)

lint: $(STAMP) ## check the Python code and the notebook sources
	$(RUN) -m ruff check .

benchmark: $(STAMP) ## measure translation (ARGS="--data DIR --source en --target fr")
	$(RUN) benchmarks/translation.py $(ARGS)

constraints: $(STAMP) ## choose the newest versions within pyproject.toml's ranges and pin them
	$(RUN) -m pip install --quiet --constraint constraints.txt --editable ".[maintain]"
	$(RUN) -m tools.constraints

address: $(STAMP) ## say where the course is published (URL=https://github.com/…; URL= for nowhere)
	@$(RUN) -m tools.address "$(URL)"

test-colab: $(STAMP) ## slower: every notebook as on Colab, and with the lowest versions
	@$(RUN) -m tools.colab $(VERSIONS) --notebook "$(NOTEBOOK)" $(ARGS)

site: $(SITE) ## build the course's pages, offline, from the committed notebooks (build/site/html)
	@$(RUN) -m tools.site

test-site: site ## look at every page with Chromium: links, formulas, keyboard, accessibility
	@$(RUN) -m pytest site/tests -q -n $(JOBS) $(ARGS)

release: $(SITE) ## check and test everything, then set the tag (VERSION=1.0.0 first: writes that)
	@$(RUN) -m tools.release $(if $(VERSION),version "$(VERSION)",check)
	@$(if $(VERSION),,$(MAKE) test test-site && $(RUN) -m tools.release tag)

clean: ## remove .venv and everything else that make can bring back
	rm -rf .venv .venv-colab .venv-lowest build dist *.egg-info .pytest_cache .ruff_cache .hypothesis
	rm -rf __pycache__ */__pycache__ */*/__pycache__ notebooks/.ipynb_checkpoints

# A stamp holds the folder it was made in: .venv does not survive being moved.
ifneq ($(shell cat $(LAB) 2>/dev/null || cat $(STAMP) 2>/dev/null || echo "$(CURDIR)"),$(CURDIR))
MOVED := $(filter .venv,$(ENV))
$(LAB) $(STAMP) $(SITE): moved
endif

# What a learner needs, and what tests need beside it.
$(LAB): pyproject.toml constraints.txt
	@$(foreach python,$(NEW_ENV),"$(python)" -m venv --clear $(ENV))
	@echo "Installing the course into $(ENV): about 2.5 GB, some minutes, once"
	@$(RUN) -m tools.install lab
	@printf '%s' "$(CURDIR)" > $(LAB)

$(STAMP): $(LAB)
	@echo "Installing what tests need into $(ENV)"
	@$(RUN) -m tools.install lab test
	@printf '%s' "$(CURDIR)" > $(STAMP)

$(SITE): $(STAMP)
	@echo "Installing what the pages need into $(ENV)"
	@$(RUN) -m tools.install lab test site
	@printf '%s' "$(CURDIR)" > $(SITE)
