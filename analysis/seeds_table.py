"""What one way to train does better than another, over several trainings of each, as Markdown:

    offramp evaluate ./branchy_1/ --rule margin --thresholds 0.6,0.5 --no-measure --answers branchy_1.csv
    offramp evaluate ./plain_1/ --no-measure --answers plain_1.csv
    /usr/bin/python3 analysis/seeds_table.py branchy_1.csv:plain_1.csv branchy_2.csv:plain_2.csv

A row a pair, then the mean over the pairs. Each interval is of the mean over images of what an image's answers differ by
(normal, 95 %): of new images for these networks in the rows; in the last one for the mean of these pairs, in
which what a single training happens to get right averages out. Below it the interval that also takes trainings as drawn
(Student's t over the pairs' differences), which needs many pairs to be narrow.
"""

import csv
import math
import sys

# Student's t, 97.5 %, by degrees of freedom.
T975 = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262}


def correct(path):
    with open(path) as file:
        rows = list(csv.DictReader(file))
    if not rows or "correct" not in rows[0]:
        sys.exit(f"seeds_table: {path}: no column \"correct\"; write it with: offramp evaluate MODEL --answers {path}")
    return [int(row["correct"]) for row in rows]


def points(values):
    """Mean and half of the 95 % interval, in points."""
    mean = sum(values) / len(values)
    variance = sum((value - mean) ** 2 for value in values) / (len(values) - 1)
    return 100 * mean, 196 * math.sqrt(variance / len(values))


def row(name, first, second, mean, half):
    return f"| {name} | {first:.2f} | {second:.2f} | {mean:+.2f} ({mean - half:+.2f} to {mean + half:+.2f}) |"


def main():
    pairs = []
    for argument in sys.argv[1:]:
        names = argument.split(":")
        if len(names) != 2:
            sys.exit(f"seeds_table: found \"{argument}\"; name pairs of files, ONE.csv:OTHER.csv")
        one, other = map(correct, names)
        if len(one) != len(other):
            sys.exit(f"seeds_table: {argument}: {len(one)} and {len(other)} images, so none can be paired")
        pairs.append((argument, one, other))
    if not pairs or len({len(one) for _, one, _ in pairs}) != 1:
        sys.exit("seeds_table: name pairs of files about the same images, ONE.csv:OTHER.csv")
    print("| pair | one, % | other, % | difference, points (95 %) |\n|---|---|---|---|")
    images = len(pairs[0][1])
    total = [0.0] * images
    for name, one, other in pairs:
        differences = [a - b for a, b in zip(one, other)]
        total = [a + b / len(pairs) for a, b in zip(total, differences)]
        print(row(name, 100 * sum(one) / images, 100 * sum(other) / images, *points(differences)))
    if len(pairs) == 1:
        return
    means = [[100 * sum(answers[i]) / images for answers in pairs] for i in (1, 2)]
    print(row(f"mean of {len(pairs)}", *(sum(of) / len(pairs) for of in means), *points(total)))
    of_pairs = [a - b for a, b in zip(*means)]
    mean = sum(of_pairs) / len(pairs)
    deviation = math.sqrt(sum((value - mean) ** 2 for value in of_pairs) / (len(pairs) - 1))
    half = T975.get(len(pairs) - 1, 1.96) * deviation / math.sqrt(len(pairs))
    print(row("trainings as drawn", *(sum(of) / len(pairs) for of in means), mean, half))


main()
