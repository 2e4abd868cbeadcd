# What can be done here. `make` alone lists it.
.DEFAULT_GOAL := help
.NOTPARALLEL: # two suites at once would fight for the processor
.PHONY: help setup run test test-sqlite test-postgres check cover mutants lock

PY := .venv/bin/python
UV_COMPILE := $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock"
# Two test processes: as many as the smallest machine we care for has cores; the long files, the browser's, come first. PYTEST="-n 0 -x" for one, by hand.
PYTEST ?= -n 2 --dist loadfile --no-loadscope-reorder

# A stand-in for the environment of a server; docs/deploy/ shows a real one.
AS_DEPLOYED := env HTTPS=1 DEBUG=0 DEMO=0 SECRET_KEY=only-to-check-the-settings-0123456789-abcdefghijklm

help:
	@echo "make setup   install what runs into .venv"
	@echo "make run     start everything here; DEMO=0 starts empty. PORT, HOST and VAR_DIR may be set"
	@echo "make test    the whole suite, on SQLite and on PostgreSQL"
	@echo "make check   linters, types, templates, migrations, deployment settings"
	@echo "make cover   every branch of the rules, the vault, the tokens and the aggregates is tested"
	@echo "make mutants changes these in one spot at a time: do the tests notice? Some minutes; writes docs/mutants.md"
	@echo "make lock    pin the requirements anew; UPGRADE=1 takes the newest releases"

setup:
	@.ci/prepare run

run: setup
	@exec env STOP_WITH_PARENT=1 $(PY) manage.py up

test: test-sqlite test-postgres

test-sqlite:
	@.ci/prepare-tests
	@.ci/prepare dev
	$(PY) -m pytest $(PYTEST)

test-postgres:
	@.ci/prepare-tests
	@.ci/prepare dev
	$(PY) -m coaching.tests.real.postgres $(PY) -m pytest $(PYTEST)

check:
	@.ci/prepare dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy .
	$(PY) -m djlint templates --lint --quiet
	$(PY) manage.py makemigrations --check --dry-run
	$(AS_DEPLOYED) $(PY) manage.py check --deploy --fail-level WARNING
	$(PY) -m pytest -q coaching/tests/test_requirements.py

# Modules on which confidentiality rests, and the tests that are theirs: coaching/tests/mutants.py names the same.
GUARDED := engagements.permissions trust.permissions engagements.vault engagements.tokens trust.aggregates
GUARDS := $(addprefix engagements/tests/test_,permissions.py vault.py tokens.py) $(addprefix trust/tests/test_,permissions.py aggregates.py)

cover:
	@.ci/prepare dev
	$(PY) -m pytest -q -n 0 $(GUARDS) $(GUARDED:%=--cov=%) --cov-branch --cov-fail-under=100 --cov-report=term-missing

mutants:
	@.ci/prepare dev
	$(PY) -m coaching.tests.mutants $(ONLY)

lock:
	@.ci/prepare dev
	$(UV_COMPILE) $(if $(UPGRADE),--upgrade) requirements.in -o requirements.txt
	$(UV_COMPILE) $(if $(UPGRADE),--upgrade) requirements-dev.in -c requirements.txt -o requirements-dev.txt
	$(UV_COMPILE) $(if $(UPGRADE),--upgrade) requirements-uv.in -o requirements-uv.txt
