"""The place where faults happen: a folder with a scenario, the programs started in it, and what must hold there."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

SWEEP = """name: kills
base: tiny.yaml
set: {replications: 2, output: {requests: false, figures: false}}
axes:
  devices.0.count: [3, 4, 5]
  network.uplink.bandwidth: [1Mbps, 2Mbps]
"""
KEPT = ["scenario.yaml", "requests.csv", "transfer_rate.csv", "replications.csv"]  # the same bytes each time


class Failed(Exception):
    pass


def claim(holds, text):
    if not holds:
        raise Failed(text)


class Place:
    """A folder with the tiny model, its scenario and a sweep over it."""

    def __init__(self, options, parent=None):
        self.options = options
        self.folder = Path(tempfile.mkdtemp(prefix="offramp-faults-", dir=parent))
        subprocess.run([options.workplace, str(self.folder)], check=True)
        shutil.copy(options.scenario, self.folder / "tiny.yaml")
        (self.folder / "sweep.yaml").write_text(SWEEP)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, *arguments, under=(), program=None):
        environment = dict(os.environ, XDG_CACHE_HOME=str(self.folder / "cache"), XDG_CONFIG_HOME=str(self.folder / "config"),
                           OFFRAMP_DATA=str(self.folder / "data"), OMP_NUM_THREADS="1")
        return subprocess.Popen([*under, program or self.options.offramp, *arguments], cwd=self.folder, env=environment,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                text=True, start_new_session=True)

    def run(self, *arguments, under=(), program=None):
        process = self.start(*arguments, under=under, program=program)
        out, err = process.communicate(timeout=120)
        return process.returncode, out, err


def kill_at_random(process, longest_s, random_numbers):
    """SIGKILL to the program alone, as an operator or the kernel would; its workers must end by themselves."""
    time.sleep(random_numbers.uniform(0, longest_s))
    ended_before = process.poll() is not None
    if not ended_before:
        process.send_signal(signal.SIGKILL)
    process.communicate()
    return not ended_before


def whole_run(folder, expected):
    """What stands under the name of a run directory is a whole one, with the same bytes as ever."""
    if not folder.exists():
        return False
    for name in ("manifest.json", "summary.json"):
        json.loads((folder / name).read_text())
    for name, content in expected.items():
        claim((folder / name).read_bytes() == content, f"{folder / name} is not what an undisturbed run writes")
    return True


def time_of(place, *arguments):
    begin = time.monotonic()
    code, _, err = place.run(*arguments)
    claim(code == 0, f"an undisturbed {arguments[0]} failed: {err}")
    return time.monotonic() - begin
