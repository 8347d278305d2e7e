#!/usr/bin/python3
"""Puts the tables that `ninja validation` left into a page: page.py RESULTS_DIR PAGE.

Between `<!-- table NAME -->` and `<!-- end -->` goes NAME.csv; nothing else of the page changes.
"""

import csv
import os
import re
import sys


def markdown(path):
    with open(path, newline="") as file:
        names, *rows = csv.reader(file)
    lines = ["| " + " | ".join(names) + " |", "|" + "---:|" * len(names)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def main():
    results, page = sys.argv[1:3]
    with open(page) as file:
        text = file.read()

    def table(match):
        rows = markdown(os.path.join(results, f"{match.group(2)}.csv"))
        return f"{match.group(1)}\n\n{rows}\n\n{match.group(3)}"

    new = re.sub(r"(<!-- table (\w+) -->)\n.*?(<!-- end -->)", table, text, flags=re.DOTALL)
    with open(page + ".tmp", "w") as file:
        file.write(new)
    os.replace(page + ".tmp", page)


main()
