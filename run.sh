#!/usr/bin/env bash
# The only entry: ./run.sh demo | start | test | test-long | lint | bench   [further arguments are passed on]
# Each verb does its own set-up: .venv from requirements.lock, the trained model, system packages (test only). Idempotent.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

say() { printf '\033[2m[run] %s\033[0m\n' "$*" >&2; }

venv() { # .venv holds exactly requirements.lock; a stamp makes the second run instant
  local want; want="$(sha256sum requirements.lock pyproject.toml | sha256sum | cut -d' ' -f1)"
  [ "$(cat .venv/.stamp 2>/dev/null || true)" = "$want" ] && return 0
  say "setting up .venv from requirements.lock (once)"
  if command -v uv >/dev/null 2>&1; then
    [ -x .venv/bin/python ] || uv venv --quiet --python '>=3.11' .venv
    uv pip install --quiet --python .venv/bin/python --require-hashes -r requirements.lock
    uv pip install --quiet --python .venv/bin/python --no-deps --editable .
  else
    [ -x .venv/bin/python ] || python3 -m venv .venv
    .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { say "Python >= 3.11 is needed"; exit 2; }
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
  fi
  printf '%s' "$want" > .venv/.stamp
}

model() { # trained in a minute from classifiers/corpus, cached by corpus hash
  .venv/bin/python -m huiying train --if-stale
}

packages() { # system programs a verb needs: "command=package" each; installed as root, named otherwise
  local pair missing=()
  for pair in "$@"; do
    case "$pair" in
      font=*) fc-list 2>/dev/null | grep -i cjk >/dev/null || missing+=("${pair#*=}") ;;
      *) command -v "${pair%%=*}" >/dev/null 2>&1 || missing+=("${pair#*=}") ;;
    esac
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    say "installing ${missing[*]}"
    apt-get update -qq >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >/dev/null && return 0
  fi
  say "missing system packages: ${missing[*]} (tests that need them skip, saying so; with CI=true that is a failure)"
}

lint() {
  .venv/bin/ruff check .
  .venv/bin/mypy
  .venv/bin/lint-imports --no-cache
  .venv/bin/python tests/house_style.py
}

verb="${1:-}"; [ $# -gt 0 ] && shift
case "$verb" in
  demo|start) venv; model; exec .venv/bin/python -m huiying "$verb" "$@" ;;
  lint)      venv; lint ;;
  test)      packages chromium=chromium soffice=libreoffice-writer localc=libreoffice-calc pdftoppm=poppler-utils fc-list=fontconfig font=fonts-noto-cjk
             venv; model; lint; exec .venv/bin/python -m pytest "$@" ;;
  test-long) venv; model; exec .venv/bin/python -m pytest -m long "$@" ;;
  bench)     venv; model; exec .venv/bin/python -m benchmarks "$@" ;;
  *)         echo "usage: ./run.sh demo|start|test|test-long|lint|bench [arguments]" >&2; exit 2 ;;
esac
