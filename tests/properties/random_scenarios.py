#!/usr/bin/python3
"""What must hold in every scenario, whatever its numbers: random scenarios over the tiny model, run by the program.

    random_scenarios.py OFFRAMP WRITE_TINY_WORKPLACE [--scenarios N] [--seed S] [--other OFFRAMP]

Prints how often each property was checked; ends with 1 and the scenario when one does not hold. --other: another
build of the program (debug, another Debian), whose results must agree: counts exactly, times within 1e-9.
"""

import argparse
import csv
import json
import math
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

RESULTS = ["requests.csv", "transfer_rate.csv", "replications.csv"]


class Broken(Exception):
    pass


def quantity(value, unit):
    return f"{value:.6g}{unit}"


class RandomScenario:
    """One group or two, one gateway or some, over the tiny model (two exits, three classes)."""

    def __init__(self, numbers):
        uniform, choice = numbers.uniform, numbers.choice
        self.up = 10 ** uniform(5.5, 7.5)  # bit/s
        self.uplink = 10 ** uniform(5.5, 7.5)
        self.access_latency_s = uniform(0, 0.03)
        self.uplink_latency_s = uniform(0, 0.03)
        self.duration_s = uniform(10, 30)
        self.warmup_s = choice([0, uniform(0, 5)])
        self.replications = choice([1, 2, 3])
        self.seed = numbers.randrange(1, 2**31)
        self.gateways = choice([1, 1, 2, 3])
        self.servers = choice([1, 2])
        self.batch = choice([None, (numbers.randrange(2, 8), uniform(0, 0.02))])
        self.buffer = choice([None, numbers.randrange(10, 200)])
        self.timeout_s = choice([None, None, uniform(0.02, 0.5)])
        self.loss = choice([None, None, None, 10 ** uniform(-4, -1.5)])
        self.outage = choice([None, None, (uniform(1, 9), uniform(0.1, 3))])
        self.groups = [{
            "count": numbers.randrange(3, 12),
            "type": choice(["raspberry_pi_4", "jetson_nano", "phone_npu"]),
            "process": choice(["poisson", "periodic"]),
            "rate": 10 ** uniform(-0.5, 1),
            "policy": choice(["{rule: entropy, thresholds_nats: [%.3f]}" % uniform(0.05, 1), "{rule: always}", "{rule: never}",
                              "{rule: max_probability, thresholds: [%.3f]}" % uniform(0.4, 0.99)]),
            "offload": choice(["from: exit 0, codec: int8_zstd", "from: input, codec: raw_u8"]),
            "queue": choice([None, numbers.randrange(1, 20)]),
        } for _ in range(choice([1, 1, 2]))]
        for group in self.groups:
            if group["policy"] == "{rule: never}":  # an exit must lie before the split
                group["offload"] = "from: exit 0, codec: int8_zstd"

    def text(self, **changes):
        values = {**vars(self), **changes}
        lines = ["name: random", f"duration: {quantity(values['duration_s'], 's')}", f"warmup: {quantity(values['warmup_s'], 's')}",
                 f"replications: {values['replications']}", f"seed: {values['seed']}", "devices:"]
        for group in values["groups"]:
            policy = changes.get("policy", group["policy"])
            offload = changes.get("offload", group["offload"])
            timeout = f", timeout: {quantity(self.timeout_s, 's')}" if values["timeout_s"] and "exit" in offload else ""
            lines += [f"  - count: {group['count']}", f"    type: {group['type']}", "    model: ./tiny",
                      f"    arrivals: {{process: {group['process']}, rate: {quantity(group['rate'], '/s')}}}",
                      f"    policy: {policy}", f"    offload: {{{offload}{timeout}}}", "    access: link"]
            if group["queue"]:
                lines.append(f"    queue: {{limit: {group['queue']}}}")
        buffer = f", buffer: {values['buffer']}kB" if values["buffer"] else ""
        loss = f", loss: {values['loss']:.6g}" if values["loss"] else ""
        lines += ["network:", "  access:", f"    link: {{up: {quantity(values['up'], 'bps')}, down: 20Mbps, latency: "
                  f"{quantity(values['access_latency_s'], 's')}}}", f"  gateways: {values['gateways']}",
                  f"  uplink: {{bandwidth: {quantity(values['uplink'], 'bps')}, latency: "
                  f"{quantity(values['uplink_latency_s'], 's')}{buffer}{loss}}}", "cloud:", "  type: nvidia_t4",
                  f"  servers: {values['servers']}"]
        if values["batch"]:
            lines.append(f"  batch: {{max: {values['batch'][0]}, wait: {quantity(values['batch'][1], 's')}}}")
        if values["outage"]:
            lines += ["outages:", f"  - {{what: uplink, from: {quantity(values['outage'][0], 's')}, for: "
                      f"{quantity(values['outage'][1], 's')}}}"]
        return "\n".join([*lines, "output: {figures: false}", ""])


class Bench:
    def __init__(self, options):
        self.options = options
        self.folder = Path(tempfile.mkdtemp(prefix="offramp-properties-"))
        subprocess.run([options.workplace, str(self.folder)], check=True)
        self.checked = Counter()
        self.runs = 0
        self.sent = self.lost = 0

    def call(self, *arguments, program=None):
        environment = dict(os.environ, XDG_CACHE_HOME=str(self.folder / "cache"), XDG_CONFIG_HOME=str(self.folder / "config"))
        done = subprocess.run([program or self.options.offramp, *arguments], cwd=self.folder, env=environment, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=300)
        if done.returncode != 0:
            raise Broken(f"{' '.join(arguments)} ended with {done.returncode}: {done.stderr}")

    def run(self, text, name="result", program=None, *more):
        (self.folder / "scenario.yaml").write_text(text)
        self.call("run", "scenario.yaml", "--out", name, *more, program=program)
        self.runs += 1
        return self.folder / name

    def hold(self, claim, name, found=""):
        self.checked[name] += 1
        if not claim:
            raise Broken(f"{name}: {found}")


def summary_of(folder):
    return json.loads((folder / "summary.json").read_text())


def value(figure):
    return figure["value"] if isinstance(figure, dict) else figure


def check_counts(bench, summary):
    requests = summary["requests"]
    parts = [requests[part] for part in ("completed", "fallen_back", "dropped", "lost", "in_flight")]
    bench.hold(requests["offered"] == sum(parts), "offered = completed + fallen back + dropped + lost + in flight", requests)
    for link in ("access", "uplink"):
        count = summary[link]
        bench.hold(count["sent_bytes"] == count["wire_bytes"] + count["lost_bytes"] + count["under_way_bytes"],
                   "bytes sent = received + lost + under way", (link, count))
        bench.lost += count["lost_bytes"] if link == "uplink" else 0
        bench.sent += count["sent_bytes"] if link == "uplink" else 0
    for resource in ("uplink", "cloud"):
        used = value(summary[resource]["utilization"])
        bench.hold(used is None or used <= 1 + 1e-9, "utilisation is at most 1", f"{resource}: {used}")


def check_requests(bench, scenario, folder, summary):
    sent = received = rows = 0
    with open(folder / "requests.csv", newline="") as file:
        for row in csv.DictReader(file):
            rows += 1
            sent += int(row["wire_bytes"])
            received += int(row["wire_bytes"]) if row["cloud_received_s"] else 0
            if row["outcome"] != "completed":
                continue
            latency = float(row["latency_s"])
            bound = 0.0
            if row["answered_by"] == "cloud":
                # Message and answer cross both links; the first segment of the message is still on its way on the
                # slower link when the last one leaves; compute and waiting come on top.
                slower = min(scenario.up, scenario.uplink) / 8
                bound = 2 * (scenario.access_latency_s + scenario.uplink_latency_s) + int(row["wire_bytes"]) / slower
            bench.hold(latency >= bound * (1 - 1e-9) - 1e-12, "no latency is below its unloaded bound", (latency, bound, row))
    bench.hold(rows == summary["requests"]["offered"], "there is a row for each request offered", rows)
    # A message whose device fell back may arrive after its row was closed.
    counted = summary["uplink"]["wire_bytes"]
    bench.hold(received <= counted <= sent and (scenario.timeout_s or counted == received),
               "bytes counted at the cloud are those of the messages that arrived", (received, counted, sent))


def same_bytes(a, b):
    return all((a / name).read_bytes() == (b / name).read_bytes() for name in RESULTS)


def check_determinism(bench, scenario, folder):
    again = bench.run(scenario.text(), "again")
    bench.hold(same_bytes(folder, again), "the same scenario gives the same bytes from run to run")
    (bench.folder / "sweep.yaml").write_text(
        "base: scenario.yaml\nset: {output: {requests: false, figures: false}}\naxes: {devices.0.queue.limit: [3, 9]}\n")
    stores = []
    for jobs in ("1", "3"):
        shutil.rmtree(bench.folder / f"study{jobs}", ignore_errors=True)
        bench.call("sweep", "sweep.yaml", "--jobs", jobs, "--out", f"study{jobs}")
        with sqlite3.connect(bench.folder / f"study{jobs}" / "sweep.sqlite") as store:
            stores.append(store.execute("SELECT * FROM results ORDER BY point, replication").fetchall())
    bench.hold(stores[0] == stores[1], "a sweep gives the same rows for 1 and 3 jobs")
    check_replications_alone(bench)


def check_replications_alone(bench):
    """A sweep runs each replication of a point in a process of its own, named by seed and number; `run` runs them all."""
    bench.run((bench.folder / "scenario.yaml").read_text(), "together", None, "--set", "devices.0.queue.limit=3",
              "--set", "output={requests: false, figures: false}")
    with open(bench.folder / "together" / "replications.csv", newline="") as file:
        together = list(csv.DictReader(file))
    with sqlite3.connect(bench.folder / "study1" / "sweep.sqlite") as store:
        store.row_factory = sqlite3.Row
        alone = [dict(row) for row in store.execute("SELECT * FROM results WHERE point = 0 ORDER BY replication")]
    bench.hold(len(together) == len(alone), "a run and a sweep have the same replications", (len(together), len(alone)))
    for whole, single in zip(together, alone):
        for key in whole.keys() & single.keys():
            text, number = whole[key], single[key]
            same = text == "" if number is None else text == number if isinstance(number, str) else float(
                {"true": 1, "false": 0}.get(text, text)) == number
            bench.hold(same, "k replications are those that run each alone, figure by figure", (key, text, number))


def check_replications(bench, scenario, folder):
    """Replication r has streams of its own, which do not know how many there are."""
    if scenario.replications < 2:
        return
    fewer = bench.run(scenario.text(replications=scenario.replications - 1), "fewer")
    whole = (folder / "replications.csv").read_text().splitlines()
    part = (fewer / "replications.csv").read_text().splitlines()
    bench.hold(whole[:len(part)] == part, "k replications are the first k of k + 1")


def mean_transfer_s(folder):
    times = []
    with open(folder / "requests.csv", newline="") as file:
        for row in csv.DictReader(file):
            if row["outcome"] == "completed" and row["answered_by"] == "cloud":
                times.append(float(row["cloud_received_s"]) - float(row["device_encoded_s"]))
    return sum(times) / len(times) if len(times) > 50 else math.nan


def check_bandwidth(bench, scenario):
    """Under common random numbers twice the bandwidth means no more waiting, but for which requests are seen to
    complete: 2 % and 0.1 ms are allowed. No time-outs, drops or outages, which change what is sent."""
    quiet = {"timeout_s": None, "outage": None, "loss": None, "policy": "{rule: always}",
             "groups": [{**group, "queue": 1000} for group in scenario.groups]}
    before = mean_transfer_s(bench.run(scenario.text(**quiet), "narrow"))
    after = mean_transfer_s(bench.run(scenario.text(**quiet, uplink=2 * scenario.uplink, up=2 * scenario.up), "wide"))
    if not math.isnan(before) and not math.isnan(after):
        bench.hold(after <= 1.02 * before + 1e-4, "more bandwidth never means a longer mean transfer", (before, after))


def check_ends(bench, scenario):
    edge = summary_of(bench.run(scenario.text(policy="{rule: never}", offload="from: exit 0, codec: int8_zstd"), "edge"))
    bench.hold(edge["uplink"]["sent_bytes"] == 0 and value(edge["uplink"]["wire_bytes"]) == 0 and
               edge["requests"]["offloaded"] == 0, "edge-only sends nothing")
    quiet = {"timeout_s": None, "outage": None, "loss": None, "warmup_s": 0, "up": 1e9, "uplink": 1e9,
             "groups": [{**group, "queue": 1000, "rate": min(2, group["rate"])} for group in scenario.groups]}
    cloud = bench.run(scenario.text(**quiet, policy="{rule: always}", offload="from: input, codec: raw_u8"), "cloud")
    device = bench.run(scenario.text(**quiet, policy="{rule: fixed, exit: 1}", offload="from: input, codec: raw_u8"), "final")
    answers = []
    for folder in (cloud, device):
        with open(folder / "requests.csv", newline="") as file:
            answers.append({(row["replication"], row["group"], row["device"], row["arrival_s"]): (row["image"], row["correct"])
                            for row in csv.DictReader(file) if row["outcome"] == "completed"})
    both = answers[0].keys() & answers[1].keys()
    bench.hold(all(answers[0][key] == answers[1][key] for key in both) and len(both) > 0.5 * len(answers[0]),
               "cloud-only answers as the whole network does", len(both))


def close(a, b):
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(close(a[key], b[key]) for key in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(close(x, y) for x, y in zip(a, b))
    if isinstance(a, float) or isinstance(b, float):
        return a == b or (a is not None and b is not None and abs(a - b) <= 1e-9 * max(1, abs(a), abs(b)))
    return a == b


def check_other_build(bench, scenario, folder):
    other = bench.run(scenario.text(), "other", bench.options.other)
    left, right = summary_of(folder), summary_of(other)
    for clocked in ("wall_s", "requests_per_wall_s", "setup_s", "write_s"):
        left.pop(clocked, None)
        right.pop(clocked, None)
    bench.hold(close(left, right), "another build agrees: counts exactly, the rest within 1e-9")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("offramp", type=os.path.abspath)
    parser.add_argument("workplace", type=os.path.abspath)
    parser.add_argument("--scenarios", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--other", type=os.path.abspath)
    options = parser.parse_args()
    numbers = random.Random(options.seed)
    bench = Bench(options)
    code = 0
    for number in range(options.scenarios):
        scenario = RandomScenario(numbers)
        try:
            folder = bench.run(scenario.text())
            summary = summary_of(folder)
            check_counts(bench, summary)
            check_requests(bench, scenario, folder, summary)
            check_ends(bench, scenario)
            check_bandwidth(bench, scenario)
            check_replications(bench, scenario, folder)
            if number % 5 == 0:
                check_determinism(bench, scenario, folder)
            if options.other:
                check_other_build(bench, scenario, folder)
        except Broken as broken:
            print(f"scenario {number}: {broken}\n{scenario.text()}")
            code = 1
            break
    print(f"{options.scenarios if code == 0 else number} random scenarios, {bench.runs} runs")
    print(f"{bench.lost:,} of {bench.sent:,} bytes sent over uplinks were lost")
    for name, times in bench.checked.items():
        print(f"{times:9} x {name}")
    shutil.rmtree(bench.folder, ignore_errors=True)
    sys.exit(code)


main()
