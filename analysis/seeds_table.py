"""What one way to train does better than another, over several trainings of each, as Markdown:

    offramp evaluate ./branchy_1/ --rule margin --thresholds 0.6,0.5 --no-measure --answers branchy_1.csv
    offramp evaluate ./plain_1/ --no-measure --answers plain_1.csv
    python3 analysis/seeds_table.py branchy_1.csv:plain_1.csv branchy_2.csv:plain_2.csv

A row a pair, then the mean over the pairs. These intervals are over images, of what the answers to one differ by: in the last
of these rows what a single training happens to get right averages out, and it speaks of these networks. The row below it is
over trainings: Student's t over the pairs' differences, which needs many pairs to be narrow.
"""

import csv
import sys

from interval import mean_interval


def correct(path):
    try:
        with open(path) as file:
            return [int(row["correct"]) for row in csv.DictReader(file)]
    except (OSError, KeyError, TypeError, ValueError) as error:
        sys.exit(f"seeds_table: {path}: {error!r}; write it with: offramp evaluate MODEL --answers {path}")


def mean(values):
    return sum(values) / len(values)


def row(name, one, other, differences):
    difference, half = mean_interval(differences)
    print(f"| {name} | {100 * one:.2f} | {100 * other:.2f} | {100 * difference:+.2f} "
          f"({100 * (difference - half):+.2f} to {100 * (difference + half):+.2f}) |")


def main():
    pairs = []
    for argument in sys.argv[1:]:
        names = argument.split(":")
        if len(names) != 2:
            sys.exit(f'seeds_table: found "{argument}"; name pairs of files, ONE.csv:OTHER.csv')
        pairs.append((argument, *map(correct, names)))
    if len({len(answers) for pair in pairs for answers in pair[1:]}) != 1:
        sys.exit("seeds_table: name pairs of files about the same images, ONE.csv:OTHER.csv")
    print("| pair | one, % | other, % | difference, points (95 %) |\n|---|---|---|---|")
    of_pairs = [[a - b for a, b in zip(one, other)] for _, one, other in pairs]
    for (name, one, other), differences in zip(pairs, of_pairs):
        row(name, mean(one), mean(other), differences)
    if len(pairs) > 1:
        one = mean([mean(pair[1]) for pair in pairs])
        other = mean([mean(pair[2]) for pair in pairs])
        row(f"mean of {len(pairs)}, of these networks", one, other, [mean(image) for image in zip(*of_pairs)])
        row(f"mean of {len(pairs)}, trainings as drawn", one, other, [mean(differences) for differences in of_pairs])


main()
