# Everything a person types. `make help` lists it; the README needs only `run` and `test`.

PYTHON := $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
RUN := $(VENV)/.hum-run
DEV := $(VENV)/.hum-dev
FUZZ := $(VENV)/.hum-fuzz
MUTATION := $(VENV)/.hum-mutation
RELAY := $(VENV)/.hum-relay
RELAY_OPTIONS :=
LOCK_FLAGS :=
KILLS := 1000
BENCH :=
GERMAN := resources/translations/hum_de
FUZZ_SECONDS := 1800
MUTANTS := 100
WIRETEST :=
WIRETEST_LONG := --minutes 34 --pairs 3 --scale T=0.01 --cells 60,600 \
	--conditions chat,search,backup,files,gui
WIRETEST_SLOW := --minutes 17 --pairs 15 --scale T=0.1 --cells 60,600 --conditions chat \
	--also balanced:12:60:chat --also lively:3:60:chat

.PHONY: relay relay-test package package-repro package-start package-test source-install help run demo test soak floods lag fuzz fuzz-smoke mutation check bench handshakes screenshots translations wiretest wiretest-slow lab-tables lock clean-clone clean
.DELETE_ON_ERROR:

help: ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 14

run: $(RUN) ## open Hum; where there is no display, run the demo instead
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] || [ "$$(uname)" = Darwin ]; then \
		$(BIN)/python packaging/system_packages.py window && exec $(BIN)/python -m messenger; \
	else \
		echo "There is no display here, so this runs the demo without a window instead."; \
		exec $(BIN)/python -m messenger demo; \
	fi

demo: $(RUN) ## two people meet and chat on this machine, in the terminal
	@$(BIN)/python -m messenger demo

relay: $(RELAY) ## host a relay on this machine (RELAY_OPTIONS="--address relay.example:4711")
	@$(BIN)/python -m messenger relay serve $(RELAY_OPTIONS)

relay-test: $(DEV) ## host a relay from nothing: an empty folder, an empty home, to the first envelope
	@PYTHONPATH=. $(BIN)/python tests/relay/host_from_nothing.py

test: $(DEV) ## install what the tests need and run them all
	@$(BIN)/python packaging/system_packages.py test
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile

soak: $(DEV) ## kill two nodes a thousand times and at every single write (KILLS=1000)
	@$(BIN)/python packaging/system_packages.py test
	@PYTHONPATH=. $(BIN)/python tests/faults/soak.py --kills $(KILLS)

floods: $(DEV) ## let 17,000 strangers come to the door of a node, two minutes
	@$(BIN)/python packaging/system_packages.py test
	@PYTHONPATH=. $(BIN)/python tests/faults/floods.py

lag: $(DEV) ## let a contact storm against the window, and print how late its event loop is
	@PYTHONPATH=. $(BIN)/python tests/hostile/window_lag.py

fuzz: $(FUZZ) ## fuzz every parser, half an hour a subject (FUZZ_SECONDS=1800); goes on where it stopped
	@PYTHONPATH=. $(BIN)/python tests/hostile/fuzz_all.py --share --seconds $(FUZZ_SECONDS) \
		--book tests/hostile/fuzzed.jsonl --keep build/fuzz

fuzz-smoke: $(FUZZ) ## fuzz every parser for a minute each
	@PYTHONPATH=. $(BIN)/python tests/hostile/fuzz_all.py --seconds 60

mutation: $(MUTATION) ## change the code in MUTANTS=100 places a group, look whether a test notices; goes on where it stopped
	@PYTHONPATH=. $(BIN)/python tests/mutation/mutate.py run --count $(MUTANTS)

check: $(DEV) ## style, types, layers, then the tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(MAKE) --no-print-directory test

bench: $(DEV) ## measure ourselves against named peers and limits, an hour (BENCH="noise files")
	@$(BIN)/python packaging/system_packages.py test
	@$(BIN)/python -m bench $(BENCH)

wiretest: $(DEV) ## attack our own wire for half an hour, at 100 cells a second (WIRETEST="--json")
	@$(BIN)/python packaging/system_packages.py test
	@$(BIN)/python -m messenger wiretest $(WIRETEST_LONG) $(WIRETEST)

wiretest-slow: $(DEV) ## the same at 10 cells a second, balanced and lively, side by side, 20 minutes
	@$(BIN)/python packaging/system_packages.py test
	@$(BIN)/python -m messenger wiretest $(WIRETEST_SLOW) $(WIRETEST)

handshakes: $(DEV) ## look for anything that is not random in 20,000 handshakes, one minute
	@PYTHONPATH=. $(BIN)/python tests/protocol/handshake_statistics.py 10000

screenshots: $(DEV) ## draw every screen, light and dark, at 100 and 200 %, and in German, into build/screenshots
	@for scale in 1 2; do \
		for choice in light dark; do \
			QT_SCALE_FACTOR=$$scale $(BIN)/python tests/gui/screens.py build/screenshots $$choice || exit 1; \
		done; \
		QT_SCALE_FACTOR=$$scale PYTHONPATH=. $(BIN)/python tests/gui/dialog_screens.py build/screenshots || exit 1; \
	done
	@$(BIN)/python tests/gui/screens.py build/screenshots/german light --language de
	@PYTHONPATH=. $(BIN)/python tests/gui/dialog_screens.py build/screenshots/german --language de

translations: $(DEV) ## bring the German up to the texts of the window, and compile it
	@$(BIN)/pyside6-lupdate -no-obsolete -locations none -source-language en -target-language de \
		messenger/app.py $$(find messenger/gui -name '*.py' | LC_ALL=C sort) -ts $(GERMAN).ts
	@$(BIN)/pyside6-lrelease -silent $(GERMAN).ts -qm $(GERMAN).qm

lab-tables: $(DEV) ## run all experiments of the laboratory and write docs/lab/results.md (long)
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m bench.lab docs/lab

lock: $(DEV) ## write requirements/*.txt anew from pyproject.toml (LOCK_FLAGS=--upgrade)
	@$(BIN)/python packaging/lock.py $(LOCK_FLAGS)

package: ## freeze the program; a .deb and a .tar.zst in build/package
	@$(PYTHON) packaging/system_packages.py package
	@$(PYTHON) packaging/bootstrap.py package
	@build/package-venv/bin/python packaging/build.py build/package

package-test: package ## install the .deb in a fresh Debian, use it, remove it (needs root)
	@if $(PYTHON) tests/package_root.py build/package-root build/package/*.deb; then root=build/package-root; fi; \
	unshare --mount --net build/package-venv/bin/python tests/package_install.py build/package/*.deb $$root

package-repro: package ## build a second time where everything around is different; compare every file
	@build/package-venv/bin/python packaging/again.py build/package-again
	@$(PYTHON) packaging/compare.py build/package build/package-again

package-start: $(DEV) package ## time the start of the packaged program against that of the sources
	@PYTHONPATH=. $(BIN)/python tests/package_start.py build/package/frozen/hum/hum

source-install: $(RUN) ## prove `pip install .` in an empty environment
	@$(BIN)/python tests/source_install.py

clean-clone: $(DEV) ## prove the README's two commands in an empty folder with an empty home
	@$(BIN)/python packaging/system_packages.py test
	@$(BIN)/python tests/clean_clone.py

clean: ## remove everything that was made here
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUN): requirements/run.txt requirements/build.txt pyproject.toml packaging/bootstrap.py
	@$(call bootstrap,run)

$(DEV): requirements/dev.txt pyproject.toml packaging/bootstrap.py
	@$(call bootstrap,dev)
	@touch $(RUN) $(RELAY)

$(RELAY): requirements/relay.txt requirements/build.txt pyproject.toml packaging/bootstrap.py
	@$(call bootstrap,relay)

$(FUZZ): $(DEV) requirements/fuzz.txt
	@$(call bootstrap,fuzz)

$(MUTATION): $(DEV) requirements/mutation.txt
	@$(call bootstrap,mutation)

define bootstrap
if [ -z "$(PYTHON)" ]; then echo "Hum needs Python 3.11 or newer, and none was found." >&2; exit 1; fi; \
$(PYTHON) packaging/bootstrap.py $(1) && touch $@
endef
