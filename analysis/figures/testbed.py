"""Predicted against measured: the table and the figure of analysis/testbed.md.

    sh scenarios/testbed/measure.sh OFFRAMP OUT
    /usr/bin/python3 analysis/figures/testbed.py OUT PICTURES

OUT/NUMBER/simulated and OUT/NUMBER/measured-1, ... are run directories of the same scenario and seed. Latencies are of the
summary; exits and payload bytes are held together request by request (a device and an arrival name one), for those that
ended in both.
"""

import csv
import glob
import json
import os
import sys

import style
from matplotlib import ticker

KINDS = ("mean", "p50", "p95")
ALLOWED = {"mean": 0.05, "p50": 0.05, "p95": 0.10}


def summary(directory):
    with open(os.path.join(directory, "summary.json"), encoding="utf-8") as file:
        return json.load(file)


def value(entry):
    return entry["value"] if isinstance(entry, dict) else entry


def requests(directory):
    with open(os.path.join(directory, "requests.csv"), encoding="utf-8") as file:
        return {(row["replication"], row["device"], row["arrival_s"]): row for row in csv.DictReader(file)}


def differences(simulated, measured):
    """[compared requests, other exits, other payloads, other answers]"""
    if simulated.keys() != measured.keys():
        sys.exit("simulation and measurement do not have the same requests")
    found = [0, 0, 0, 0]
    for key, a in simulated.items():
        b = measured[key]
        if a["outcome"] != "completed" or b["outcome"] != "completed":
            continue
        found[0] += 1
        found[1] += a["exit"] != b["exit"]
        found[2] += a["payload_bytes"] != b["payload_bytes"]
        found[3] += a["correct"] != b["correct"]
    return found


def middle(values):
    ordered = sorted(values)
    return ordered[len(ordered) // 2]


def read(out):
    rows = []
    for folder in sorted(glob.glob(os.path.join(out, "[0-9]*"))):
        runs = sorted(glob.glob(os.path.join(folder, "measured-*")))
        if not runs:
            continue
        simulated = summary(os.path.join(folder, "simulated"))
        measured = [summary(run) for run in runs]
        of_simulated = requests(os.path.join(folder, "simulated"))
        differ = [differences(of_simulated, requests(run)) for run in runs]
        how = []
        for run in runs:
            with open(os.path.join(run, "testbed.json"), encoding="utf-8") as file:
                how.extend(json.load(file)["replications"])
        row = {"name": os.path.basename(folder), "runs": len(runs), "differ": [sum(c) for c in zip(*differ)],
               "utilization": max(value(simulated["uplink"]["utilization"]), value(simulated["cloud"]["utilization"])),
               "late": max(entry["late_share"] for entry in how), "attempts": sum(entry["attempts"] for entry in how)}
        for kind in KINDS:
            times = [value(run["latency_s"][kind]) for run in measured]
            row[kind] = {"simulated": value(simulated["latency_s"][kind]), "measured": middle(times),
                         "least": min(times), "most": max(times)}
        rows.append(row)
    return rows


def error(row, kind):
    return row[kind]["simulated"] / row[kind]["measured"] - 1


def table(rows):
    print("| scenario | load | " + " | ".join(f"{k} ms measured | simulated | error" for k in KINDS)
          + " | requests | other exits | other bytes | other answers | late | runs |")
    print("|" + "---|" * (3 * len(KINDS) + 8))
    for row in rows:
        cells = [row["name"], f"{row['utilization']:.2f}"]
        for kind in KINDS:
            r = row[kind]
            cells += [f"{1e3 * r['measured']:.2f} ({1e3 * r['least']:.2f} to {1e3 * r['most']:.2f})",
                      f"{1e3 * r['simulated']:.2f}",
                      f"{100 * error(row, kind):+.1f} %" + ("" if abs(error(row, kind)) <= ALLOWED[kind] else " **")]
        cells += [str(n) for n in row["differ"]]
        cells += [f"{100 * row['late']:.2f} %", f"{row['runs']} of {row['attempts']}"]
        print("| " + " | ".join(cells) + " |")
    for kind in KINDS:
        within = sum(abs(error(row, kind)) <= ALLOWED[kind] for row in rows)
        print(f"\n{kind}: {within} of {len(rows)} within {100 * ALLOWED[kind]:.0f} %")


def picture(rows, pictures):
    figure, (axes,) = style.new_figure([2.6], 0)
    for i, kind in enumerate(KINDS):
        axes.errorbar([1e3 * row[kind]["simulated"] for row in rows], [1e3 * row[kind]["measured"] for row in rows],
                      yerr=[[1e3 * (row[kind]["measured"] - row[kind]["least"]) for row in rows],
                            [1e3 * (row[kind]["most"] - row[kind]["measured"]) for row in rows]],
                      linestyle="none", marker=style.marker(i), markersize=3.5, color=style.colour(i), label=kind,
                      elinewidth=0.8)
    ends = [1e3 * f(row[kind]["simulated"] for row in rows for kind in KINDS) for f in (min, max)]
    axes.plot(ends, ends, color="#000000", linewidth=0.6)
    axes.set_xscale("log")
    axes.set_yscale("log")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(ticker.FixedLocator((10, 20, 50, 100, 200, 500, 1000)))
        axis.set_minor_locator(ticker.NullLocator())
        axis.set_major_formatter(ticker.ScalarFormatter())
    axes.set_xlabel("latency simulated (ms)")
    axes.set_ylabel("latency measured (ms)")
    axes.legend(loc="upper left")
    style.title(figure, "Twelve scenarios on real processes and TCP", "line: equal; bars: least to most of three runs")
    for kind in ("svg", "png"):
        figure.savefig(os.path.join(pictures, f"testbed.{kind}"), metadata=style.METADATA[kind], dpi=200)


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    rows = read(sys.argv[1])
    table(rows)
    if len(sys.argv) == 3:
        picture(rows, sys.argv[2])


if __name__ == "__main__":
    main()
