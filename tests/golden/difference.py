#!/usr/bin/python3
"""How far two summaries of one scenario are apart, from two builds or two Debians.

    difference.py SUMMARY.json SUMMARY.json

Prints how many figures there are, the largest relative difference and where it is. Ends with 1 when a count, a text or
a null differs, or another figure by more than 1e-9. What the clock of the machine says is left out.
"""

import json
import sys

CLOCKED = {"wall_s", "requests_per_wall_s", "setup_s", "write_s"}


def figures(value, path=""):
    if isinstance(value, dict):
        for key, part in value.items():
            if key not in CLOCKED:
                yield from figures(part, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from figures(part, f"{path}.{number}")
    else:
        yield path, value


def main():
    left, right = (dict(figures(json.loads(open(name, encoding="utf-8").read()))) for name in sys.argv[1:3])
    if left.keys() != right.keys():
        print("only one has", ", ".join(sorted(left.keys() ^ right.keys())))
        sys.exit(1)
    worst, where, wrong = 0.0, "", []
    for path, a in left.items():
        b = right[path]
        if isinstance(a, float) and isinstance(b, float) and not isinstance(a, bool):
            apart = abs(a - b) / max(abs(a), abs(b)) if a != b else 0.0
            if apart > worst:
                worst, where = apart, path
            if apart > 1e-9 and abs(a - b) > 1e-12:
                wrong.append(f"{path}: {a} and {b}")
        elif a != b:
            wrong.append(f"{path}: {a} and {b}")
    print(f"{len(left)} figures, largest relative difference {worst:.2g}" + (f" ({where})" if where else ""))
    print("\n".join(wrong), end="\n" if wrong else "")
    sys.exit(1 if wrong else 0)


main()
