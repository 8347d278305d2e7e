#!/usr/bin/env python3
"""Draws model against real and prints the page's tables: report.py MODEL_CSV PICTURES_DIR

MODEL_CSV is what real_path_model printed.
"""

import csv
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../analysis/figures"))
import style  # noqa: E402

KINDS = ("new", "warm", "warm2k", "warm10", "idle", "idle10")
SHOWN = (("20", "10", "150000"), ("5", "5", "150000"), ("100", "25", "150000"), ("100", "25", "500000"))


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["real"], row["model"] = float(row["real_ms"]), float(row["model_ms"])
        row["error"] = float(row["error_percent"])
        row["lost"] = int(row["retransmitted"]) > 0
    return rows


def draw(rows, folder):
    figure, (panel,) = style.new_figure([1.9], 2)
    style.title(figure, "Time of a message, simulated and measured")
    handles, labels = [], []
    panel.axhspan(0.97, 1.03, color="#eeeeee", zorder=0)
    for i, (lost, label) in enumerate(((False, "nothing lost"), (True, "with losses"))):
        chosen = [row for row in rows if row["lost"] == lost]
        handles.append(panel.scatter([row["real"] for row in chosen], [row["model"] / row["real"] for row in chosen],
                                     s=5, marker=style.marker(i), color=style.colour(i), linewidths=0, zorder=3 - i))
        labels.append(f"{label} ({len(chosen)})")
    panel.set_xscale("log")
    panel.set_yscale("log")
    panel.set_ylim(0.08, 4)
    panel.set_yticks([0.1, 0.2, 0.5, 1, 2, 4], ["0.1", "0.2", "0.5", "1", "2", "4"])
    panel.set_xlabel("measured, ms")
    panel.set_ylabel("simulated / measured")
    style.legend(figure, handles, labels)
    style.save(figure, folder, "real_path")


def share(rows, bound):
    return f"{100 * sum(abs(row['error']) <= bound for row in rows) / len(rows):.0f} %"


def print_shares(rows):
    print("| messages | measured | median error | within 3 % | within 6 % | within 20 % |")
    print("|---|---|---|---|---|---|")
    for lost, what in ((False, "nothing lost"), (True, "segments lost")):
        for kind in KINDS:
            chosen = [row for row in rows if row["lost"] == lost and row["connection"] == kind]
            if not chosen:
                continue
            median = sorted(abs(row["error"]) for row in chosen)[len(chosen) // 2]
            print(f"| {kind}, {what} | {len(chosen)} | {median:.1f} % | " +
                  " | ".join(share(chosen, bound) for bound in (3, 6, 20)) + " |")


def path_of(row):
    return row["rate_mbps"], row["latency_ms"], row["buffer_bytes"]


def print_some_paths(rows):
    print("\n| path | connection | bytes | measured ms | simulated ms | error |")
    print("|---|---|---|---|---|---|")
    shown = [row for row in rows if path_of(row) in SHOWN and row["connection"] in ("new", "warm", "idle")]
    shown.sort(key=lambda row: (SHOWN.index(path_of(row)), KINDS.index(row["connection"]), int(row["message_bytes"])))
    for row in shown:
        print(f"| {row['rate_mbps']} Mbit/s, {row['latency_ms']} ms, {float(row['buffer_bytes']) / 1e3:g} kB | "
              f"{row['connection']} | {int(row['message_bytes']):,} | {row['real']:.2f} | {row['model']:.2f} | "
              f"{row['error']:+.1f} % |")


def main():
    rows = read(sys.argv[1])
    draw(rows, sys.argv[2])
    print_shares(rows)
    print_some_paths(rows)


if __name__ == "__main__":
    main()
