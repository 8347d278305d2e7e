#!/usr/bin/env bash
# Measures every line of plan.txt anew (as root; hours with one job, more jobs disturb one another):
#   tests/validation/real_path/reference/measure.sh BUILD_DIR [JOBS]
# Tables of a kind are joined: messages.csv, flows.csv, queue.csv, loss.csv, uploads.csv.
set -euo pipefail
program=$(realpath "${1:?usage: measure.sh BUILD_DIR [JOBS]}")/bin/real_path
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cmake --build "$1" --target real_path >&2
export program scratch
nl -w3 -nrz "$here/plan.txt" |
  xargs -P "${2:-1}" -L 1 sh -c 'number=$0; "$program" "$@" > "$scratch/$1-$number.csv"'
for kind in messages flows queue loss uploads; do
  awk 'FNR > 1 || NR == 1' "$scratch/$kind"-*.csv > "$here/$kind.csv"
done
