#!/usr/bin/python3
"""Draws the figures of run directories: plot.py DIR [DIR...] writes DIR/figures/*.svg and *.png.

Exit code 0 when all were drawn, 2 when a directory is no run directory or cannot be written.
"""

import os
import sys

from run_directory import NoRunDirectory, RunDirectory

FIGURES = ("latency", "transfer_rate", "exits")


def draw(run):
    # Only now, so that a wrong directory is refused at once.
    import exits
    import latency
    import style
    import transfer_rate

    modules = {"latency": latency, "transfer_rate": transfer_rate, "exits": exits}
    folder = os.path.join(run.folder, "figures")
    os.makedirs(folder, exist_ok=True)
    for name in FIGURES:
        style.save(modules[name].draw(run), folder, name)


def main(arguments):
    if not arguments or arguments[0].startswith("-"):
        print("usage: plot.py DIR [DIR...]   (directories written by `offramp run`)", file=sys.stderr)
        return 0 if arguments[:1] in (["-h"], ["--help"]) else 2
    try:
        runs = [RunDirectory(folder) for folder in arguments]
        for run in runs:
            draw(run)
    except NoRunDirectory as error:
        print(error, file=sys.stderr)
        return 2
    except ImportError as error:
        print(f"figures need Debian's package python3-matplotlib: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{error.filename or 'figures'}: cannot be written: {error.strerror}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
