#!/usr/bin/python3
"""Writes one self-contained HTML page about a run or a sweep.

    report.py --study FILE --out PAGE [DIR]

`offramp report` makes the study (../figures/study.py), with "table", "notes", "scenario" and "origin" for the page; DIR
is the run's directory, absent for a sweep. Exit code 0 when the page is whole, 2 when the user can do something.
"""

import argparse
import json
import os
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "figures"))

from exit_status import exit_status  # noqa: E402
from progress import Progress  # noqa: E402
from run_directory import BadInput, RunDirectory  # noqa: E402


def main(arguments):
    parser = argparse.ArgumentParser(prog="report.py")
    parser.add_argument("--study", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("directory", nargs="?")
    asked = parser.parse_args(arguments)
    return exit_status(lambda: write_report(asked), asked.out)


def write_report(asked):
    with open(asked.study, encoding="utf-8") as file:
        document = json.load(file)
    write_whole(asked.out, page_of(document, asked.directory))


def page_of(document, directory):
    import figure_choice
    import page
    from study import Study
    if directory is None:
        study = Study(document)
        if not any(point.figures for point in study.points):
            raise BadInput(f"{study.name}: no point has a result yet; let the sweep run first")
        chosen = figure_choice.of_sweep(study)
        return page.of_sweep(study, document, drawn(chosen))
    run = RunDirectory(directory)
    run.facts = document.get("facts", "")
    study = Study.of_variants(run, document)
    return page.of_run(run, document, drawn(figure_choice.of_runs(run, study)))


def drawn(chosen):
    """[(name, SVG)]"""
    import style
    with tempfile.TemporaryDirectory(prefix="offramp-report-") as folder:
        pictures = []
        with Progress(len(chosen)) as progress:
            for name, draw in chosen:
                progress.step(f"Drawing {name}")
                style.save(draw(), folder, name, ("svg",))
        for name, _ in chosen:
            with open(os.path.join(folder, f"{name}.svg"), encoding="utf-8") as file:
                pictures.append((name, file.read()))
        return pictures


def write_whole(path, text):
    temporary = os.path.join(os.path.dirname(path) or ".", f".{os.path.basename(path)}.tmp")
    with open(temporary, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(temporary, path)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
