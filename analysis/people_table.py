"""What the process of people in view predicts about series that it has not seen, as Markdown:

    xz -dc counts_per_frame.csv.xz | offramp fit-counts - --frame-interval 1s --predict --json | \\
        python3 analysis/people_table.py [--into PAGE]

With --into, the tables go between <!-- prediction --> and <!-- end --> of the page.
"""

import json
import os
import re
import statistics
import sys

MODELS = ("exponential", "any_stays", "independent")


def held(figure, model):
    return figure[model]["low"] <= figure["second_half"] <= figure[model]["high"]


def number(value):
    return "-" if value is None else f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"


def interval(prediction):
    return f"{number(prediction['median'])} [{number(prediction['low'])}, {number(prediction['high'])}]"


def table(names, rows):
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def error(figure, guess):
    """Of an autocorrelation as it is, of a count in parts of what it was; nothing where that was 0."""
    if guess is None:
        return None
    right = figure["second_half"]
    if figure["figure"].startswith("autocorrelation"):
        return abs(guess - right)
    return abs(guess / right - 1) if right > 0 else None


def median_error(figures, guess):
    errors = [one for one in (error(figure, guess(figure)) for figure in figures) if one is not None]
    return f"{statistics.median(errors):.2f}"


def summary(names, by_name):
    rows = []
    for name in names:
        figures = by_name[name]
        rows.append([name, str(len(figures))] + [str(sum(held(figure, model) for figure in figures)) for model in MODELS] +
                    [median_error(figures, lambda figure, model=model: figure[model]["median"]) for model in MODELS] +
                    [median_error(figures, lambda figure: figure["first_half"])])
    return table(["figure", "series", "held, exponential stays", "held, any stays", "held, independent draw",
                  "error, exponential", "error, any stays", "error, independent draw", "error, first half itself"], rows)


def main():
    text = sys.stdin.read()
    if not text.strip():
        sys.exit("people_table: no checks on standard input; nothing is changed")
    checks = json.loads(text)["checks"]
    by_name = {}
    for check in checks:
        for figure in check["figures"]:
            by_name.setdefault(figure["figure"], []).append(figure)
    names = sorted(by_name, key=lambda name: (name.split()[0], int(name.split()[-2])))
    of_series, misses = [], []
    for check in checks:
        figures = {figure["figure"]: figure for figure in check["figures"]}
        people = check["exponential"]
        row = [check["series"], f"{people['mean']:.3g}, {people['variance']:.3g}, {people['correlation_time_s']:.3g} s"]
        for name in names:
            figure = figures.get(name)
            if figure is None:
                row.append("")
                continue
            shown = f"{number(figure['second_half'])} in {interval(figure['exponential'])[len(number(figure['exponential']['median'])) + 1:]}"
            row.append(shown if held(figure, "exponential") else f"**{shown.replace(' in ', ' not in ')}**")
            if not held(figure, "exponential"):
                misses.append([check["series"], name, number(figure["second_half"])] +
                              [interval(figure[model]) for model in MODELS] + [number(figure["first_half"])])
        of_series.append(row)
    total = sum(len(figures) for figures in by_name.values())
    text = "\n\n".join([
        summary(names, by_name),
        f"The {len(misses)} misses of {total}, of exponential stays (median and 95 % interval of each prediction):",
        table(["series", "figure", "second half", "exponential stays", "any stays", "independent draw", "first half"],
              misses),
        "Every series: mean, variance and correlation time fitted to its first half, then each figure of its second half "
        "and the interval that was predicted. Empty: a half is too short for it, or the second half never changes.",
        table(["series", "fitted"] + names, of_series)])
    if sys.argv[1:2] != ["--into"]:
        print(text)
        return
    page = sys.argv[2]
    with open(page) as file:
        before = file.read()
    after = re.sub(r"(<!-- prediction -->\n).*?(<!-- end -->)", lambda match: f"{match[1]}\n{text}\n\n{match[2]}", before,
                   flags=re.DOTALL)
    with open(page + ".tmp", "w") as file:
        file.write(after)
    os.replace(page + ".tmp", page)


main()
