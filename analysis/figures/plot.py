#!/usr/bin/python3
"""Draws figures: of a run, of several side by side, or of a sweep.

    plot.py [--study FILE] [--x KEY] [--y KEY,...] [--by KEY] [--out DIR] [--format svg,png,pdf]
            [--width one|two] [--quiet] DIR...

DIR is a directory of `offramp run`, or a file that `offramp evaluate --codecs --json` printed; several files are drawn into one figure. A study (study.py) says
how the scenarios of runs differ, or is a sweep, and then there is no DIR. `offramp plot` makes it.
Exit code 0 when all were drawn, 2 when the user can do something about it.
"""

import argparse
import json
import os
import sys

from exit_status import exit_status
from progress import Progress
from run_directory import BadInput, RunDirectory, SeveralRuns

FORMATS = ("svg", "png", "pdf")


class Parser(argparse.ArgumentParser):
    def error(self, message):
        raise BadInput(message)


def read_arguments(arguments):
    parser = Parser(prog="plot.py", add_help=False)
    parser.add_argument("inputs", nargs="*", metavar="DIR")
    for option in ("--study", "--x", "--y", "--by", "--out"):
        parser.add_argument(option)
    parser.add_argument("--format", dest="formats", default="svg,png")
    parser.add_argument("--width", default="one", choices=("one", "two"))
    parser.add_argument("--quiet", action="store_true")
    asked = parser.parse_args(arguments)
    asked.formats = tuple(asked.formats.split(","))
    for name in asked.formats:
        if name not in FORMATS:
            raise BadInput(f"--format {name}: is none of {', '.join(FORMATS)}")
    if not asked.inputs and not asked.study:
        raise BadInput("nothing to draw; give the directory of a run or a sweep")
    return asked


def plot(asked):
    """Reads all first, so that what is wrong is told before anything is drawn. Returns what was drawn where."""
    if any(os.path.isfile(name) for name in asked.inputs):
        jobs = [_evaluations(asked)]
    else:
        document = _document(asked.study)
        runs = [RunDirectory(folder) for folder in asked.inputs]
        jobs = [_sweep(document, asked)] if not runs else _runs(runs, document, asked)
    import style
    style.set_width(asked.width)
    drawn = []
    for folder, chosen in jobs:
        os.makedirs(folder, exist_ok=True)
        with Progress(len(chosen)) as progress:
            for name, draw in chosen:
                progress.step(f"Drawing {name}")
                style.save(draw(), folder, name, asked.formats)
        drawn.append((folder, [name for name, _ in chosen]))
    return drawn


def _document(path):
    if not path:
        return None
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError) as error:
        raise BadInput(f"{path}: is no study: {error}") from None


def _sweep(document, asked):
    import figure_choice
    from study import Study
    study = Study(document)
    if not any(point.figures for point in study.points):
        raise BadInput(f"{study.name}: no point has a result yet; let the sweep run first")
    return asked.out or "figures", _chosen(study, asked, lambda: figure_choice.of_sweep(study, _keys(study, asked.y)))


def _runs(runs, document, asked):
    """Several runs give one set of figures when they are to go to one place, and else each its own."""
    import figure_choice
    from study import Study
    sets = [SeveralRuns(runs)] if len(runs) > 1 and asked.out else runs
    jobs = []
    for run in sets:
        run.facts = (document or {}).get("facts", "")
        study = Study.of_variants(run, document)
        folder = asked.out or os.path.join(run.folder, "figures")
        jobs.append((folder, _chosen(study, asked, lambda run=run, study=study: figure_choice.of_runs(run, study))))
    return jobs


def _chosen(study, asked, usual):
    import figure_choice
    if asked.by and not asked.x:
        raise BadInput(f"--by {asked.by}: wants --x and --y too")
    if not asked.x:
        if asked.y and not study.is_sweep:
            raise BadInput(f"--y {asked.y}: wants --x too")
        return usual()
    if not asked.y:
        raise BadInput(f"--x {asked.x}: wants --y KEY, a figure of analysis/metrics.md")
    return figure_choice.of_ones_own(study, asked.x, _keys(study, asked.y), asked.by)


def _keys(study, text):
    keys = [key for key in (text or "").split(",") if key]
    for key in keys:
        study.check_figure(key, "--y")
    return keys


def _evaluations(asked):
    import figure_choice
    documents = [(_evaluation(name), os.path.basename(name)) for name in asked.inputs]
    folder = asked.out or os.path.join(os.path.dirname(asked.inputs[0]) or ".", "figures")
    return folder, figure_choice.of_evaluations(documents)


def _evaluation(name):
    try:
        with open(name, encoding="utf-8") as file:
            document = json.load(file)
        if not isinstance(document.get("codecs"), list):
            raise ValueError('it has no list "codecs"')
    except (OSError, ValueError, AttributeError) as error:
        raise BadInput(f"{name}: is no evaluation with codecs: {error}; make one with: "
                       f"offramp evaluate MODEL --codecs --json > {name}") from None
    return document


def main(arguments):
    return exit_status(lambda: draw(arguments), "figures")


def draw(arguments):
    asked = read_arguments(arguments)
    drawn = plot(asked)
    if not asked.quiet:
        for folder, names in drawn:
            print(f"Drawn in {folder}: {', '.join(names)}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
