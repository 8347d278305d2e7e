#!/usr/bin/python3
"""The figure of analysis/validation.md: figure.py RESULTS_DIR PICTURES_DIR, from what `ninja validation` left."""

import csv
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "analysis", "figures"))

import style  # noqa: E402
from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402
from matplotlib.lines import Line2D  # noqa: E402

SHOWN = (("kept", "20000"), ("kept", "100000"), ("new", "20000"), ("new", "100000"))
PATH = {"Mbit/s": "20", "latency": "10", "buffer kB": "150"}
CONNECTION = ("new", "warm", "idle")


def read(folder, name):
    with open(os.path.join(folder, f"{name}.csv"), newline="") as file:
        return list(csv.DictReader(file))


def draw_transfers(axes, rows):
    """Predicted over measured time, one column a message that was measured."""
    rows = [row for row in rows if row["real"]]
    for i, model in enumerate(("LV08", "CM02", "Offramp")):
        ratios = [float(row[model]) / float(row["real"]) for row in rows]
        axes.plot(range(len(rows)), ratios, linestyle="none", marker=style.marker(i), markersize=3,
                  color=style.colour((1, 2, 0)[i]), label="SimGrid " + model if i < 2 else model)
    axes.axhline(1, color="#000000", linewidth=0.6)
    axes.set_yscale("log")
    axes.set_yticks([0.25, 0.5, 1, 2, 5, 10], ["0.25", "0.5", "1", "2", "5", "10"])
    axes.minorticks_off()
    axes.set_xticks([])
    axes.set_xlabel(f"{len(rows)} messages of 2 kB to 2 MB on three paths")
    axes.set_ylabel("predicted / measured time")
    axes.legend(loc="upper right", fontsize=6)
    axes.set_title("One message, against a real TCP")


def draw_dumbbell(axes, rows, connection, size):
    rows = [row for row in rows if row["connection"] == connection and row["bytes"] == size
            and all(row[key] == value for key, value in PATH.items())]
    load = [100 * float(row["load"]) for row in rows]
    for i, quantile in enumerate(("p50", "p95")):
        right = [float(row[f"real {quantile}"]) for row in rows]
        axes.errorbar(load, right, yerr=[0.1 * value for value in right], color=style.colour(i), marker="_",
                      linestyle="none", capsize=3, elinewidth=0.8)
        axes.plot(load, [float(row[f"Offramp {quantile}"]) for row in rows], color=style.colour(i),
                  linestyle=style.dashes(i), marker=style.marker(i), markersize=3)
    axes.set_xticks(load)
    axes.set_ylim(bottom=0)
    axes.set_title(f"{int(size) // 1000} kB, {connection} connections", fontsize=7)


def main():
    results, pictures = sys.argv[1:3]
    figure = Figure(figsize=(2 * style.WIDTH_IN, 3.1), layout="constrained")
    FigureCanvasAgg(figure)
    left, right = figure.subfigures(1, 2, width_ratios=(0.8, 1))
    draw_transfers(left.subplots(), read(results, "transfers"))
    panels = right.subplots(2, 2, sharex=True)
    dumbbell = read(results, "real_dumbbell")
    for axes, (connection, size) in zip(panels.flat, SHOWN):
        draw_dumbbell(axes, dumbbell, connection, size)
    for axes in panels[1]:
        axes.set_xlabel("load of the uplink (%)")
    for axes in panels[:, 0]:
        axes.set_ylabel("upload (ms)")
    panels[0, 1].legend(
        [Line2D([], [], color=style.colour(i), linestyle=style.dashes(i), marker=style.marker(i), markersize=3)
         for i in (0, 1)] + [Line2D([], [], color="#666666", marker="|", linestyle="none")],
        ["Offramp p50", "Offramp p95", "real, 10 % either way"], fontsize=5.5, loc="upper left")
    right.suptitle("20 devices on 20 Mbit/s, 10 ms, 150 kB", fontsize=8)
    style.save(figure, pictures, "validation")


main()
