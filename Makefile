# The commands of the course; `make help` lists them.
#
# Each makes .venv from requirements.lock first: one to two minutes the first time, nothing after that.
# That needs Python 3.11, 3.12 or 3.13 with pip; name another one with `make run PYTHON=python3.12`.

.DEFAULT_GOAL := help
.PHONY: help run test test-quick lab lessons lessons-check lessons-run check tables site browser grade bench lock test-latest \
	test-colab clean venv site-packages

BOOTSTRAP := course_utils/tools/bootstrap.py
SUITS := import sys, venv, pip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11 python; do \
	if $$name -E -c '$(SUITS)' >/dev/null 2>&1; then echo $$name; break; fi; done)
quoted = '$(subst ','\'',$(1))'
LATEST := .venv-latest
RIVALS := .venv-bench
EFFORT ?= usual# how often tests draw what is random: quick, usual, or weekly
PROCESSES := -n logical --maxprocesses 4 --dist loadgroup
# As many processes as cores, each with one thread: more would only wait for each other.
ONE_THREAD := TF_NUM_INTRAOP_THREADS=1 TF_NUM_INTEROP_THREADS=1 OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
UV_OPTIONS = --universal --python-version 3.11 $(if $(UPGRADE),--upgrade) \
	--no-config --no-emit-index-url --no-emit-find-links --no-annotate --no-header --quiet

# Reference runs give the same numbers on every processor; the file says how and why. TF_ENABLE_ONEDNN_OPTS may be given.
GIVEN_ONEDNN := $(TF_ENABLE_ONEDNN_OPTS)
REFERENCE := course_utils/tools/reference.env
ifeq ($(shell uname -m),x86_64)
include $(REFERENCE)
export $(shell sed -n 's/^\([A-Z_]*\)=.*/\1/p' $(REFERENCE))
endif
TF_ENABLE_ONEDNN_OPTS := $(or $(GIVEN_ONEDNN),0)
export TF_ENABLE_ONEDNN_OPTS

# Of the user's settings for pip, those that say where packages come from are kept, as is pip.conf. The rest, and those for
# Python and pytest, would reach into .venv and into the tests.
PIP_KEEPS := $(addprefix PIP_,CACHE_DIR CERT CLIENT_CERT CONFIG_FILE DEFAULT_TIMEOUT EXTRA_INDEX_URL FIND_LINKS INDEX_URL \
	KEYRING_PROVIDER NO_CACHE_DIR NO_INDEX NO_INPUT PROXY RETRIES TIMEOUT TRUSTED_HOST)
PYTHON_KEEPS := $(addprefix PYTHON,DONTWRITEBYTECODE PYCACHEPREFIX UNBUFFERED)
unexport $(filter-out $(PIP_KEEPS) $(PYTHON_KEEPS),$(filter PIP_% PYTHON% PYTEST_%,$(.VARIABLES)))
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_USER := 0
unexport SUBMISSIONS OUT  # make would look for variables of its own in the names of files

help:  ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | awk -F'|' '{ printf "make %-14s %s\n", $$1, $$2 }'

run: venv  ## execute the solutions on the embedded data, collect the results: LESSON=2b for one, PROFILE=full for real data
	@.venv/bin/course run $(LESSON) $(if $(PROFILE),--profile $(PROFILE))

test: venv site-packages  ## all checks: style, lessons in step, tests, solutions against their outputs
	$(call run-tests,.venv/bin)

test-quick: venv  ## what an edit breaks most often, within five minutes: style, lessons in step, tests with fewer draws
	$(call style,.venv/bin)
	@$(ONE_THREAD) .venv/bin/python -m pytest $(PROCESSES) --effort quick

lab: venv  ## open JupyterLab on lessons/
	@.venv/bin/python -m jupyterlab lessons

lessons: venv  ## derive lessons/ from solutions/
	@.venv/bin/course lessons

lessons-check: venv  ## fail when lessons/ is out of step with solutions/
	@.venv/bin/course lessons --check

lessons-run: venv  ## execute the untouched student notebooks from top to bottom: LESSON=2b for one
	@.venv/bin/course run --lessons $(LESSON)

check: venv  ## execute the solutions again and compare their outputs (nbval)
	@.venv/bin/course check

tables: venv  ## renew the tables of README and docs/results.md from the solutions, running nothing
	@.venv/bin/course tables

site: venv site-packages  ## the course as a web site, in build/site
	@.venv/bin/course site

browser:  ## install Debian's Chromium, in which the tests look at the site (needs root)
	apt-get update && apt-get install --yes --no-install-recommends chromium

grade: venv  ## grade what students handed in: SUBMISSIONS=FOLDER_OR_ZIP, OUT=report (docs/grading.md)
	$(if $(value SUBMISSIONS),,$(error name what to grade: make grade SUBMISSIONS=FOLDER_OR_ZIP))
	@.venv/bin/course grade $(call quoted,$(value SUBMISSIONS)) --out $(call quoted,$(or $(value OUT),build/grades)) $(OPTIONS)

bench: venv  ## time the course's networks beside PyTorch and JAX, in .venv-bench, ten minutes; writes docs/benchmarks.md
	@cat requirements.lock course_utils/experiments/bench/requirements.txt | cmp -s - $(RIVALS)/made-from || { \
		echo "Installing PyTorch, JAX and optax into $(RIVALS), only this once: on Linux up to 6 GB, as PyTorch brings" \
			"CUDA along; 2 GB where pip is set up to find PyTorch's build for the processor alone ..."; \
		.venv/bin/python -m venv --clear $(RIVALS) && \
		$(RIVALS)/bin/python -m pip install --quiet --constraint requirements.lock --requirement course_utils/experiments/bench/requirements.txt && \
		cat requirements.lock course_utils/experiments/bench/requirements.txt > $(RIVALS)/made-from; }
	@.venv/bin/python -m course_utils.experiments.bench --rivals $(RIVALS)/bin/python $(OPTIONS)

lock: venv  ## write the pins anew from pyproject.toml and Colab's versions: UPGRADE=1 for the newest of the rest
	@mkdir -p build
	@grep -v '^tensorflow-metadata==' tests/colab/freeze.txt > build/colab-constraints.txt
	@cp requirements.lock build/requirements.lock
	@cat requirements.lock docs/requirements.lock > build/site.lock
	.venv/bin/uv pip compile pyproject.toml --extra dev --constraint build/colab-constraints.txt \
		--output-file build/requirements.lock $(UV_OPTIONS)
	@{ echo "# Exact versions for Python 3.11 to 3.13: Colab's wherever Colab has the package. Written by \`make lock\`."; \
		grep -v '^#' build/requirements.lock; } > build/requirements.lock.new
	@mv build/requirements.lock.new requirements.lock
	.venv/bin/uv pip compile pyproject.toml --extra dev --extra site --constraint requirements.lock \
		--output-file build/site.lock $(UV_OPTIONS)
	@{ echo "# What the site needs besides requirements.lock. Written by \`make lock\`."; \
		grep -v '^#' build/site.lock | grep -vxF -f requirements.lock; } > build/site.lock.new
	@mv build/site.lock.new docs/requirements.lock
	@echo "requirements.lock has $$(grep -c == requirements.lock) pins, docs/requirements.lock" \
		"$$(grep -c == docs/requirements.lock) more; the next make command installs them"

test-latest: venv  ## the same tests with the newest TensorFlow and Keras that pyproject.toml admits, in .venv-latest
	@echo "Installing the newest versions that pyproject.toml admits into $(LATEST) (one to three minutes) ..."
	@test -x $(LATEST)/bin/pip || .venv/bin/python -m venv --clear $(LATEST)
	@$(LATEST)/bin/python -m pip install --quiet --upgrade --upgrade-strategy eager --editable '.[dev,site]'
	@$(LATEST)/bin/python -m pip list 2>/dev/null | \
		grep -i -E '^(tensorflow|keras|numpy|protobuf|tensorflow-datasets|tensorflow-metadata) '
	$(call run-tests,$(LATEST)/bin)

test-colab: venv  ## an untouched lesson in an environment of exactly Colab's versions, in .venv-colab: LESSON=2b
	@.venv/bin/python tests/colab/run_colab.py \
		$(if $(LESSON),$(firstword $(wildcard lessons/$(LESSON)_*.ipynb) lessons/$(LESSON).ipynb))

clean:  ## remove what these commands made, the environments too
	rm -rf build dist .venv .venv.lock .venv-latest .venv-colab .venv-bench .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The checks of `make test`, with the programs of the folder $(1); make stops at the first that fails.
define run-tests
$(call style,$(1))
@echo "── pytest: the package, the checks, the tools, the packaging, the exercises of untouched lessons, one of them whole"
@$(ONE_THREAD) $(1)/python -m pytest $(PROCESSES) --effort $(EFFORT)
@echo "── course check: the solutions give the outputs they show"
@$(1)/course check
@echo "── all checks passed"
endef

define style
@echo "── ruff: style of the package, of the tests and of the notebooks"
@$(1)/python -m ruff check .
@$(1)/python -m ruff format --check --quiet .
@$(1)/python -m ruff check --quiet --config solutions/style.toml solutions
@$(1)/python -m ruff format --check --quiet --config solutions/style.toml solutions
@echo "── course lessons --check: lessons/ is what solutions/ give"
@$(1)/course lessons --check
endef

# Bring .venv up to date. Its own Python checks whether it is; where not, any suitable Python installs.
define bootstrap
@.venv/bin/python -I $(BOOTSTRAP) --check $(1) 2>/dev/null || { \
	python=$(call quoted,$(PYTHON)); "$${python:-false}" -E -c '$(SUITS)' 2>/dev/null || { \
		what="$${python:+$$python is not one}"; \
		echo "The course needs Python 3.11, 3.12 or 3.13 with pip, and" \
			"$${what:-none of python3, python3.13, python3.12, python3.11, python is one};" \
			"install one, or name it: make run PYTHON=/path/to/python3.12" >&2; exit 1; }; \
	"$$python" -I $(BOOTSTRAP) $(1); }
endef

venv:
	$(bootstrap)

site-packages: venv
	$(call bootstrap,--site)
