#!/usr/bin/python3
"""Long runs: ten million requests, and 24 hours of 1,000 devices. Is memory flat, is the clock exact at the end, do
the totals add up?

    long_runs.py OFFRAMP WRITE_TINY_WORKPLACE [--scale 0.1]

Prints a table; ends with 1 when a claim does not hold.
"""

import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SCENARIO = """name: long
duration: {duration}s
seed: 3
devices:
  - count: {devices}
    type: raspberry_pi_4
    model: ./tiny
    arrivals: {{process: {process}, rate: {rate}/s}}
    policy: {policy}
    offload: {{from: exit 0, codec: int8_zstd}}
    access: wifi
network:
  access:
    wifi: {{up: 20Mbps, down: 20Mbps, latency: 5ms}}
  gateways: {gateways}
  uplink: {{bandwidth: 20Mbps, latency: 10ms, buffer: 100kB}}
cloud:
  type: nvidia_t4
  servers: 4
  queue: {{limit: 1000}}
output: {{requests: {rows}, figures: false}}
"""


def run(options, folder, **values):
    (folder / "scenario.yaml").write_text(SCENARIO.format(**values))
    shutil.rmtree(folder / "result", ignore_errors=True)
    environment = dict(os.environ, XDG_CACHE_HOME=str(folder / "cache"), XDG_CONFIG_HOME=str(folder / "config"))
    process = subprocess.Popen([options.offramp, "run", "scenario.yaml", "--out", "result"], cwd=folder, env=environment,
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    if status != 0:
        sys.exit(f"a run ended with status {status}")
    summary = json.loads((folder / "result" / "summary.json").read_text())
    requests = summary["requests"]
    whole = requests["offered"] == sum(requests[part] for part in ("completed", "fallen_back", "dropped", "lost", "in_flight"))
    return summary, usage.ru_maxrss / 1024, whole


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("offramp", type=os.path.abspath)
    parser.add_argument("workplace", type=os.path.abspath)
    parser.add_argument("--scale", type=float, default=1)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="offramp-long-"))
    subprocess.run([options.workplace, str(folder)], check=True)
    failed = []
    print("| run | requests | memory, MB | totals add up | event loop, s |\n|---|---|---|---|---|")
    memory = {}
    fleet = {"devices": 1000, "process": "poisson", "policy": "{rule: entropy, thresholds_nats: [0.4]}", "gateways": 10, "rows": "false"}
    for name, values in (("1,000 devices, 2/s, a tenth", {"rate": 2, "duration": 500 * options.scale}),
                         ("1,000 devices, 2/s", {"rate": 2, "duration": 5000 * options.scale}),
                         ("1,000 devices, 24 h, 0.1/s", {"rate": 0.1, "duration": 86400 * options.scale})):
        summary, rss, whole = run(options, folder, **fleet, **values)
        memory[name] = rss
        print(f"| {name} | {summary['requests']['offered']:,} | {rss:.1f} | {'yes' if whole else 'NO'} | {summary['wall_s']:.1f} |", flush=True)
        if not whole:
            failed.append(f"{name}: the totals do not add up")
    tenth, all_of_it, _ = memory.values()
    if all_of_it > 1.1 * tenth + 1:
        failed.append(f"ten times the requests take {all_of_it / tenth:.2f} times the memory")
    # One device alone sends every 10 s and no frame waits for another, so each latency of an image is its first one
    # again, but for the rounding of the clock. The very first message opens the connection and is left out.
    duration = 86400 * options.scale
    run(options, folder, devices=1, process="periodic", rate=0.1, duration=duration, policy="{rule: always}", gateways=1, rows="true")
    by_image = {}
    arrivals = []
    with open(folder / "result" / "requests.csv", newline="") as file:
        for row in csv.DictReader(file):
            if row["outcome"] == "completed":
                if arrivals:
                    by_image.setdefault(row["image"], []).append(float(row["latency_s"]))
                arrivals.append(float(row["arrival_s"]))
    spread = max(max(times) - min(times) for times in by_image.values())
    drift = max(abs(at - arrivals[0] - 10 * number) for number, at in enumerate(arrivals))
    print(f"\nOne device, {len(arrivals):,} messages in {duration / 3600:.1f} h: latencies of one image differ by at most "
          f"{spread:.1e} s, arrivals from their period by at most {drift:.1e} s.")
    if spread > 1e-6 or drift > 1e-6:
        failed.append("the clock loses precision")
    shutil.rmtree(folder, ignore_errors=True)
    for text in failed:
        print("FAILED:", text)
    sys.exit(1 if failed else 0)


main()
