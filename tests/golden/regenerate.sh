#!/bin/sh
# Writes tests/golden/tiny.json and people.json anew from build/. Only on request: it states that results have changed, and
# CHANGELOG.md has to say why.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
build=${1:-$root/build}
OFFRAMP_REGENERATE_GOLDEN=1 "$build/bin/test_cli" "the golden summary is written anew on request"
OFFRAMP_REGENERATE_GOLDEN=1 "$build/bin/test_cli" "the golden summary of cameras is written anew on request"
