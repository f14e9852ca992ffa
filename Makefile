# A newcomer's two commands are `make run` and `make test`; both set up what they need.
PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv
CATALOGS := vi fr en
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# As pip does: the certificates that this machine trusts, not a list of its own.
export UV_SYSTEM_CERTS := 1

.PHONY: setup run test check soak bench browser lock catalogs

setup: .venv/ready

.venv/ready: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet uv
	$(UV) pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q bot handlers
	touch $@

run: setup
	$(BIN)/coopbot run

# Code style, types, the arrows between modules, and the articles.
check: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	data=$$(mktemp -d) && DATA_DIR=$$data DATABASE_URL=sqlite:///$$data/check.db $(BIN)/coopbot check

test: setup browser
	$(BIN)/pytest

# The long form of the crash runs, hundreds of kills; and every transcript on every channel, and on PostgreSQL.
soak: setup browser
	$(BIN)/pytest -m soak -n 0 --timeout 7200
	TALK_CHANNELS=all $(BIN)/pytest --dist load tests/transcripts
	TALK_DATABASE=postgresql $(BIN)/pytest tests/transcripts

bench: setup
	$(BIN)/python -m benchmarks.dialog

# The web chat is tested in a real browser. On Debian as root it is installed; elsewhere CHROMIUM names it.
browser:
	@command -v "$${CHROMIUM:-chromium}" >/dev/null \
	  || { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; } \
	  || echo "No chromium here: install it, or set CHROMIUM. The browser tests are skipped."

# After a change of the dependencies in pyproject.toml.
lock: setup
	$(UV) pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 \
	  --extra embeddings --group dev --upgrade pyproject.toml --output-file requirements.lock

# After a change of what is said: brings new messages into the catalogs, for a translator to fill in.
catalogs: setup
	$(BIN)/pybabel -q extract -F pyproject.toml -k N_ -k plural:1,2 --no-wrap --sort-by-file --add-location file \
	  --omit-header -o .venv/bot.pot bot handlers
	for language in $(CATALOGS); do \
	  $(BIN)/pybabel -q update -i .venv/bot.pot -D bot -d locales -l $$language --no-wrap \
	    --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date; done
