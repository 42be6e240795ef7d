#!/usr/bin/env bash
# Measures safecourse, then the same work beside DuckDB, Polars and OpenFisca; writes bench/results.json.
set -euo pipefail
cd "$(dirname "$0")"

python=../.venv/bin/python
"$python" one_course.py
"$python" calendars.py
"$python" commands.py
"$python" population.py

# The rivals live in an environment of their own, beside this checkout's safecourse.
if [ ! -e .venv/installed ] || [ rivals.lock -nt .venv/installed ]; then
  python3 -m venv .venv
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r rivals.lock
  touch .venv/installed
fi
PYTHONPATH=../src .venv/bin/python rivals.py
echo "results are in bench/results.json"
