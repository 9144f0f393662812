# Commands of the project. `make run` and `make test` need Python ≥ 3.11, make and git only.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
VAR := $(or $(VAR_DIR),var)
BIN := $(VENV)/bin
# Two processes: each takes its tests in the order of conftest.py (bare database, demo, browser).
PARALLEL := -n 2 --dist load
MANAGE := $(BIN)/python manage.py
export PORT

.PHONY: help run dev test test-postgresql test-engines lint bench load sbom eval eval-engines search-engine search-engine-stop guide lock translations clean

help: ## List of the commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

# --- Environments: rebuilt when their lock file changes ---------------------------------------
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 ou plus récent est nécessaire ($(PYTHON) ne l’est pas)."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "Python ne peut pas créer d’environnement : installez le paquet python3-venv."; exit 1; }

$(VENV)/.installed: requirements.lock pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.installed

$(VAR)/static/.collected: $(VENV)/.installed $(shell find static $(filter-out var/static,$(wildcard */static)) -type f 2>/dev/null)
	@$(MANAGE) collectstatic --noinput -v 0
	@touch $@

# --- The application --------------------------------------------------------------------------
run: $(VENV)/.installed $(VAR)/static/.collected ## Start the three sites on PORT (8000)
	@$(MANAGE) migrate -v 0
	@$(MANAGE) load_demo --if-empty --port $(PORT)
	@echo
	@echo "  cisp.be          http://cisp.localhost:$(PORT)/"
	@echo "  interfede.be     http://interfede.localhost:$(PORT)/"
	@echo "  pedatechcisp.be  http://pedatech.localhost:$(PORT)/"
	@echo "  gestion          http://interfede.localhost:$(PORT)/gestion/   (demo / demo-interfede)"
	@echo
	@RUN_WORKER=1 DJANGO_SETTINGS_MODULE=config.settings.dev exec $(BIN)/gunicorn config.wsgi \
		--bind 127.0.0.1:$(PORT) --log-level warning

dev: $(VENV)/.installed-dev ## The same with automatic reload and error pages for developers
	@$(MANAGE) migrate -v 0
	@$(MANAGE) load_demo --if-empty --port $(PORT)
	@$(BIN)/python -m config.worker & worker=$$!; trap "kill $$worker" EXIT; \
		DEBUG=1 $(MANAGE) runserver 127.0.0.1:$(PORT)

# --- Checks -----------------------------------------------------------------------------------
test: $(VENV)/.installed-dev ## All tests
	$(BIN)/python -m pytest $(PARALLEL)

SELECT ?= not journey
test-postgresql: $(VENV)/.installed-dev ## The tests that need no browser, on a PostgreSQL of their own
	url=$$(tests/engines/postgresql start) && trap 'tests/engines/postgresql stop' EXIT && \
		DATABASE_URL=$$url $(BIN)/python -m pytest $(PARALLEL) -m "$(SELECT)"

ENGINES ?= opensearch elasticsearch
test-engines: $(VENV)/.installed-dev ## The search on a real OpenSearch, then Elasticsearch (needs Maven and a JDK ≥ 21)
	@SELECT="$(SELECT)" tests/engines/test $(ENGINES)

lint: $(VENV)/.installed-dev ## Style, types, import contract, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --check --lint --quiet site/templates home search cisp_map essor podcasts pedatech
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy
	DJANGO_SETTINGS_MODULE=config.settings.test $(MANAGE) makemigrations --check --dry-run
	DJANGO_SETTINGS_MODULE=config.settings.test $(MANAGE) check --fail-level WARNING

eval: $(VENV)/.installed-dev ## Quality of the searches on the judged queries; BASELINE=1 keeps the figures
	@$(MANAGE) migrate -v 0
	@$(MANAGE) load_demo --if-empty --port $(PORT) >/dev/null
	@[ -z "$$SEARCH_URL" ] || $(MANAGE) update_index -v 0
	@$(MANAGE) eval_finder
	@$(MANAGE) eval_search $(if $(BASELINE),--ecrire-reference)

eval-engines: ## The same on SQLite, PostgreSQL, OpenSearch and Elasticsearch in turn (needs all three)
	@$(MAKE) --no-print-directory eval
	@url=$$(tests/engines/postgresql start) && trap 'tests/engines/postgresql stop' EXIT && \
		DATABASE_URL=$$url $(MAKE) --no-print-directory eval
	@for engine in opensearch elasticsearch; do \
		url=$$(ENGINE_HOME=$(VAR)/engines tests/engines/engine start $$engine) || exit 1; \
		SEARCH_URL=$$url $(MAKE) --no-print-directory eval; status=$$?; \
		ENGINE_HOME=$(VAR)/engines tests/engines/engine stop $$engine; \
		[ $$status = 0 ] || exit $$status; \
	done

bench: $(VENV)/.installed-dev $(VAR)/static/.collected ## Speed, as ratios of one run
	$(BIN)/python -m tests.bench
	$(BIN)/python -W ignore -m tests.bench_publications
	$(BIN)/python -W ignore -m tests.bench_catalogue
	$(BIN)/python -W ignore -m tests.bench_search
	$(BIN)/python -W ignore -m tests.bench_listing

load: $(VENV)/.installed-dev ## 50 visitors for a minute on a PostgreSQL of its own: errors, p95, requests/s
	@url=$${DATABASE_URL:-$$(PGTEST_DIR=/tmp/interfede-load PGTEST_PORT=54330 tests/engines/postgresql start)} || exit 1; \
		[ -n "$$DATABASE_URL" ] || \
			trap 'PGTEST_DIR=/tmp/interfede-load PGTEST_PORT=54330 tests/engines/postgresql stop' EXIT; \
		DATABASE_URL=$$url $(BIN)/python -W ignore -m tests.load

sbom: $(VENV)/.installed ## The software bill of materials (CycloneDX), from the lock
	@$(BIN)/python -m config.sbom

ENGINE ?= opensearch
NODES ?= 1
search-engine: ## A real search engine on loopback: ENGINE=elasticsearch NODES=3 (needs Maven and a JDK ≥ 21)
	@ENGINE_HOME=$(VAR)/engines tests/engines/engine start $(ENGINE) $(NODES)

search-engine-stop: ## End it; its data stays under var/
	@ENGINE_HOME=$(VAR)/engines tests/engines/engine stop $(ENGINE)

guide: $(VENV)/.installed-dev ## The pictures of the editors' guide, from the demo that runs on PORT
	$(BIN)/python docs/guide-redaction/captures.py

translations: $(VENV)/.installed-dev ## Compile locale/*/LC_MESSAGES/django.po (no msgfmt needed)
	$(BIN)/python -c "import pathlib, polib; [polib.pofile(str(each)).save_as_mofile(str(each.with_suffix('.mo'))) for each in pathlib.Path('locale').glob('*/LC_MESSAGES/django.po')]"

lock: ## Resolve the lock files anew (needs uv)
	uv pip compile pyproject.toml --extra build --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-annotate --custom-compile-command "make lock" -o requirements.lock
	uv pip compile pyproject.toml --extra build --extra dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-annotate --custom-compile-command "make lock" \
		-c requirements.lock -o requirements-dev.lock

clean: ## Remove the environment and all data
	rm -rf $(VENV) var
