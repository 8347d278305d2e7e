"""A table of policies that adapt beside the best fixed threshold, from stores of scenarios/sweeps/adaptive.yaml:

    python3 analysis/adaptive_table.py NAME=DIR...

The best fixed threshold is the one with the highest mean of accuracy.in_time in that very store. Differences are taken
replication by replication (common random numbers), with Student's t interval.
"""

import os
import sqlite3
import sys

from interval import mean_interval

METRIC = "accuracy.in_time"
THRESHOLD = "devices.0.policy.thresholds_nats.0"
BYTES = "uplink.payload_bytes_per_request"
LATE = "latency_s.p95"


def read_points(directory):
    """By point: what stands in its columns, and of each figure a list over replications."""
    file = os.path.join(directory, "sweep.sqlite")
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as store:
        store.row_factory = sqlite3.Row
        points = {}
        for row in store.execute("select * from results order by point, replication"):
            if row["error"] is not None:
                sys.exit(f"{file}: point {row['point']} failed: {row['error']}")
            name = f"best fixed: {row[THRESHOLD]} nats" if THRESHOLD in row.keys() else "fixed"
            point = points.setdefault(row["point"], {"name": name, "adapt": row["devices.0.adapt"]})
            for metric in (METRIC, BYTES, LATE):
                point.setdefault(metric, []).append(row[metric])
        return list(points.values())


def rule_of(point):
    text = point["adapt"]
    return "" if text in (None, "null", "~") else text.split("rule:")[1].split(",")[0].strip()


def cells(point):
    mean, half = mean_interval(point[METRIC])
    size, _ = mean_interval(point[BYTES])
    late, _ = mean_interval(point[LATE])
    return f"{100 * mean:.2f} ±{100 * half:.2f}", f"{size:,.0f}", f"{1000 * late:.0f}"


def main(arguments):
    print("| trace | policy | right and in time, % | less the best fixed, points | payload a request, B | p95, ms |")
    print("|---|---|---|---|---|---|")
    for argument in arguments:
        name, directory = argument.split("=", 1)
        points = read_points(directory)
        fixed = [point for point in points if not rule_of(point)]
        best = max(fixed, key=lambda point: sum(point[METRIC]) / len(point[METRIC]))
        right, size, late = cells(best)
        print(f"| {name} | {best['name']} | {right} | - | {size} | {late} |")
        for point in points:
            if not rule_of(point):
                continue
            right, size, late = cells(point)
            mean, half = mean_interval([a - b for a, b in zip(point[METRIC], best[METRIC])])
            print(f"| | {rule_of(point)} | {right} | {100 * mean:+.2f} ±{100 * half:.2f} | {size} | {late} |")


if __name__ == "__main__":
    main(sys.argv[1:])
