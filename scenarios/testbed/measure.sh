#!/bin/sh
# Simulates and measures the scenarios of this folder:
#
#     sh scenarios/testbed/measure.sh OFFRAMP OUT [TIMES [NUMBER...]]
#
# OUT/NUMBER/simulated and OUT/NUMBER/measured-1, ... are run directories. What is there is not made again. As root.
set -eu
offramp=$1 out=$2 times=${3:-3}
shift "$(($# < 3 ? $# : 3))"
folder=$(dirname "$0")
[ $# -gt 0 ] || set -- 01 02 03 04 05 06 07 08 09 10 11 12
for number in "$@"; do
  mkdir -p "$out/$number"
  [ -d "$out/$number/simulated" ] || "$offramp" run "$folder/$number.yaml" --out "$out/$number/simulated" --json >/dev/null
  time=1
  while [ "$time" -le "$times" ]; do
    [ -d "$out/$number/measured-$time" ] ||
      "$offramp" testbed "$folder/$number.yaml" --out "$out/$number/measured-$time" --json >/dev/null ||
      echo "scenario $number, measurement $time: failed" >&2
    time=$((time + 1))
  done
done
