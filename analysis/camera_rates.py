"""How the transfer rate of a scenario's cameras grows with their number, simulated beside the closed form of
analysis/transfer_rate.md, as Markdown:

    python3 analysis/camera_rates.py SCENARIO --profile models/zoo/NAME/profile.safetensors [--cameras 1,3,10,30,100]
        [--uplink-bps 1e8] [--set KEY=VALUE]... [--offramp PROGRAM] [--into PAGE]

The scenario's first group has `people` by moments and periodic arrivals. What a frame costs on the wire, by its number
of people, is what a run's requests say: a straight line and what is left of it. With --into, the tables go between
<!-- simulated --> and <!-- end --> of the page.
"""

import argparse
import array
import csv
import json
import math
import os
import re
import statistics
import struct
import subprocess
import sys
import tempfile

WINDOWS = {"window_100ms": 0.1, "window_1s": 1.0, "window_10s": 10.0}
Z95 = statistics.NormalDist().inv_cdf(0.95)


def people_of_frames(profile):
    """How many people are in each frame of the profile's test set."""
    with open(profile, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        entry = header["test/labels"]
        if len(entry["shape"]) != 2:
            sys.exit(f"{profile}: the network names one class for an image; give one that answers by cells")
        begin, end = entry["data_offsets"]
        file.seek(begin, os.SEEK_CUR)
        labels = array.array("i", file.read(end - begin))
    cells = entry["shape"][1]
    return [sum(labels[i:i + cells]) for i in range(0, len(labels), cells)]


def run(options, out, cameras, requests, changes):
    command = [options.offramp, "run", options.scenario, "--out", out, "--json", "--set", f"devices.0.count={cameras}",
               "--set", "output.figures=false", "--set", f"output.requests={'true' if requests else 'false'}",
               "--set", "output.transfer_rates=true"]
    for change in options.set + changes:
        command += ["--set", change]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)
    with open(os.path.join(out, "summary.json")) as file:
        return json.load(file)


def line_through(points):
    """Least squares: at 0, slope, variance of what is left."""
    n = len(points)
    mean_x, mean_y = sum(x for x, _ in points) / n, sum(y for _, y in points) / n
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0
    at_0 = mean_y - slope * mean_x
    return at_0, slope, sum((y - at_0 - slope * x) ** 2 for x, y in points) / n


def off_the_line(points, bytes_of):
    """How far the mean cost of frames with the same number of people lies from the line: root of the mean square."""
    costs = {}
    for people, cost in points:
        costs.setdefault(people, []).append(cost)
    square = sum(len(of_n) * (sum(of_n) / len(of_n) - bytes_of[0] - bytes_of[1] * people) ** 2
                 for people, of_n in costs.items())
    return math.sqrt(square / len(points))


def quantile_p95(mean, variance):
    """Of a gamma distribution (Wilson and Hilferty, 1931)."""
    shape = mean * mean / variance
    return mean * (1 - 1 / (9 * shape) + Z95 / math.sqrt(9 * shape)) ** 3


def estimate(people, rate, bytes_of, cameras, window):
    """Mean and p95 of bits a second over windows; see analysis/transfer_rate.md."""
    at_0, slope, left = bytes_of
    m, v, t, q = (people[key] for key in ("mean", "variance", "correlation_time_s", "cross_camera_correlation"))
    k = window * rate
    whole = math.floor(k + 1e-9)
    fraction = max(0.0, k - whole)

    def rho(lag):
        return math.exp(-lag / t) if t > 0 else float(lag == 0)

    def pairs(frames):
        return frames + 2 * sum((frames - j) * rho(j / rate) for j in range(1, frames))

    x = window / t if t > 0 else math.inf
    common = q * 2 / x * (1 + math.expm1(-x) / x) if t > 0 else 0
    frame = at_0 + slope * m
    own = v * ((1 - fraction) * pairs(whole) + fraction * pairs(whole + 1))
    variance = (cameras * (slope ** 2 * own + k * left + fraction * (1 - fraction) * frame ** 2) +
                cameras * (cameras - 1) * slope ** 2 * v * k * k * common)
    scale = 8 / window
    return scale * cameras * k * frame, quantile_p95(scale * cameras * k * frame, scale ** 2 * variance)


def seconds(text):
    number, unit = re.fullmatch(r"([-+.\deE]+?)(us|ms|s|min|h)", text).groups()
    return float(number) * {"us": 1e-6, "ms": 1e-3, "s": 1, "min": 60, "h": 3600}[unit]


def group_of(directory):
    """People and frames a second of the first group, from the resolved scenario."""
    with open(os.path.join(directory, "scenario.yaml")) as file:
        text = file.read()

    def entry(key, inner):
        found = re.search(rf"^\s*{key}: \{{.*?\b{inner}: ([^,}}]+)", text, re.MULTILINE)
        if not found:
            sys.exit(f"camera_rates: the first group has no {key}.{inner}; give it people by moments and periodic arrivals")
        return found.group(1)

    people = {key: float(entry("people", key)) for key in ("mean", "variance", "cross_camera_correlation")}
    people["correlation_time_s"] = seconds(entry("people", "correlation_time"))
    if float(entry("people", "stay_shape")) != 1:
        sys.exit("camera_rates: the closed form here is of stay_shape 1")
    return people, float(entry("arrivals", "rate").removesuffix("/s"))


def simulated(summary, window, figure):
    value = summary["transfer_rate_bps"]["all"][window][figure]["value"]
    return f"{value / 1e6:.4g}"


def megabits(value):
    return f"{value / 1e6:.4g}"


def carried(people, rate, bytes_of, uplink_bps, independent):
    belief = dict(people, correlation_time_s=0, cross_camera_correlation=0) if independent else people
    cameras = 0
    while estimate(belief, rate, bytes_of, cameras + 1, 1.0)[1] <= uplink_bps:
        cameras += 1
    return cameras


def tables(options):
    frames = people_of_frames(options.profile)
    with tempfile.TemporaryDirectory() as scratch:
        one = os.path.join(scratch, "one")
        run(options, one, 20, True, [])
        people, rate = group_of(one)
        with open(os.path.join(one, "requests.csv"), newline="") as file:
            points = [(frames[int(row["image"])], float(row["wire_bytes"])) for row in csv.DictReader(file)
                      if row["outcome"] in ("completed", "fallen_back")]
        bytes_of = line_through(points)
        text = [f"A frame of N people costs {bytes_of[0]:.0f} + {bytes_of[1]:.1f} N bytes on the wire, give or take "
                f"{math.sqrt(bytes_of[2]):.0f} ({len(points)} frames); their mean for each N lies "
                f"{off_the_line(points, bytes_of):.0f} bytes off that line. People: mean {people['mean']}, variance "
                f"{people['variance']}, correlation time {people['correlation_time_s']} s, between cameras "
                f"{people['cross_camera_correlation']}; {rate} frames a second."]
        rows = {window: [] for window in WINDOWS}
        for cameras in options.cameras:
            asked = run(options, os.path.join(scratch, f"asked-{cameras}"), cameras, False, [])
            alone = run(options, os.path.join(scratch, f"alone-{cameras}"), cameras, False,
                        ["devices.0.people.cross_camera_correlation=0", "devices.0.people.correlation_time=0s"])
            for window, length in WINDOWS.items():
                mean, high = estimate(people, rate, bytes_of, cameras, length)
                independent = dict(people, correlation_time_s=0, cross_camera_correlation=0)
                rows[window].append([str(cameras), simulated(asked, window, "mean"), megabits(mean),
                                     simulated(asked, window, "p95"), megabits(high), simulated(alone, window, "p95"),
                                     megabits(estimate(independent, rate, bytes_of, cameras, length)[1])])
    for window, length in WINDOWS.items():
        names = ["cameras", "mean, simulated", "mean, closed form", "p95, simulated", "p95, closed form", "p95 of independent frames, simulated",
                 "the same, closed form"]
        text.append(f"### Windows of {length:g} s, Mbit/s")
        text.append("\n".join(["| " + " | ".join(names) + " |", "|" + "---|" * len(names)] +
                              ["| " + " | ".join(row) + " |" for row in rows[window]]))
    text.append(f"By the closed form an uplink of {options.uplink_bps / 1e6:g} Mbit/s carries "
                f"{carried(people, rate, bytes_of, options.uplink_bps, False)} cameras with p95 over 1 s within it; "
                f"independence would say {carried(people, rate, bytes_of, options.uplink_bps, True)}.")
    return "\n\n".join(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario")
    parser.add_argument("--profile", required=True)
    parser.add_argument("--cameras", default="1,3,10,30,100,300,1000",
                        type=lambda text: [int(word) for word in text.split(",")])
    parser.add_argument("--uplink-bps", type=float, default=1e8)
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--offramp", default="offramp")
    parser.add_argument("--into", metavar="PAGE")
    options = parser.parse_args()
    text = tables(options)
    if options.into is None:
        print(text)
        return
    with open(options.into) as file:
        before = file.read()
    after = re.sub(r"(<!-- simulated -->\n).*?(<!-- end -->)", lambda match: f"{match[1]}\n{text}\n\n{match[2]}", before,
                   flags=re.DOTALL)
    with open(options.into + ".tmp", "w") as file:
        file.write(after)
    os.replace(options.into + ".tmp", options.into)


main()
