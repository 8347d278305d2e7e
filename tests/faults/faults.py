#!/usr/bin/python3
"""Kills the programs at random moments, takes away their disk, their permissions and their memory, and lets the
clock jump: what is on the disk is always whole, what was stored stays stored, and the message names the cause.

    faults.py OFFRAMP WRITE_TINY_WORKPLACE TINY_YAML [--kills N] [--models OFFRAMP_MODELS] [--only NAME]

Prints one line a fault with how often it was tried; ends with 1 when a claim does not hold. Needs no network.
What needs root (a full disk is a tmpfs of 1 MB; another user for permissions) is skipped without it, and says so.
"""

import argparse
import json
import os
import random
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import time
from pathlib import Path

from place import KEPT, Failed, Place, claim, kill_at_random, time_of, whole_run


def run_killed(options, numbers):
    with Place(options) as place:
        command = ("run", "tiny.yaml", "--out", "result")
        longest = time_of(place, *command)
        expected = {name: (place.folder / "result" / name).read_bytes() for name in KEPT
                    if (place.folder / "result" / name).exists()}
        claim(len(expected) >= 3, "a run writes its files")
        killed = survived = 0
        for attempt in range(options.kills):
            replaces = attempt % 2 == 0  # half of them in place of an older result, which must not be lost
            if not replaces:
                shutil.rmtree(place.folder / "result", ignore_errors=True)
            elif not (place.folder / "result").exists():
                time_of(place, *command)
            killed += kill_at_random(place.start(*command), 1.1 * longest, numbers)
            there = whole_run(place.folder / "result", expected)
            survived += there
            claim(there or not replaces, "the older result was lost")
        claim(place.run(*command)[0] == 0 and whole_run(place.folder / "result", expected), "the next run works")
        return f"{options.kills} runs, {killed} killed before their end; {survived} whole results, none half-written"


def stored(folder):
    file = folder / "study" / "sweep.sqlite"
    if not file.exists():
        return []
    with sqlite3.connect(file) as store:
        claim(store.execute("PRAGMA integrity_check").fetchone()[0] == "ok", "the store is sound")
        tables = [row[0] for row in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        if "results" not in tables:
            return []
        rows = store.execute("SELECT * FROM results ORDER BY point, replication").fetchall()
    store.close()
    return rows


def sweep_killed(options, numbers):
    with Place(options) as place:
        command = ("sweep", "sweep.yaml", "--jobs", "2", "--out", "study")
        longest = time_of(place, *command)
        expected = stored(place.folder)
        claim(len(expected) == 12, "six points of two replications are stored")
        shutil.rmtree(place.folder / "study")
        killed = rounds = resumed = 0
        before = []
        for _ in range(options.kills):
            killed += kill_at_random(place.start(*command), 0.8 * longest, numbers)
            rows = stored(place.folder)
            claim(set(before) <= set(rows), "a stored replication was lost")
            claim(set(rows) <= set(expected), "a stored replication is not what an undisturbed sweep stores")
            resumed += bool(before) and len(rows) > len(before)
            before = rows
            if len(rows) == len(expected):
                shutil.rmtree(place.folder / "study")
                before, rounds = [], rounds + 1
        claim(place.run(*command)[0] == 0, "the sweep is brought to its end")
        claim(stored(place.folder) == expected, "the resumed sweep has the rows of an undisturbed one")
        return (f"{options.kills} sweeps of 12 replications on 2 processes, {killed} killed before their end; {resumed} went "
                f"on from what was stored, {rounds + 1} reached the end with the same rows")


def descendants(pid):
    found = []
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        found += [int(child), *descendants(child)]
    return found


def worker_killed(options, numbers):
    """A worker ended by SIGKILL, as the kernel does when memory is short: it is tried again, or named."""
    with Place(options) as place:
        command = ("sweep", "sweep.yaml", "--jobs", "2", "--out", "study", "--set", "duration=400s")
        code, _, err = place.run(*command)
        claim(code == 0, f"an undisturbed sweep failed: {err}")
        expected = stored(place.folder)
        killed = 0
        times = max(3, options.kills // 10)
        for _ in range(times):
            shutil.rmtree(place.folder / "study")
            process = place.start(*command)
            for _ in range(200):
                time.sleep(numbers.uniform(0, 0.01))
                try:
                    workers = descendants(process.pid)
                except FileNotFoundError:
                    workers = []
                if workers:
                    try:
                        os.kill(numbers.choice(workers), signal.SIGKILL)
                        killed += 1
                    except ProcessLookupError:
                        pass
                    break
                if process.poll() is not None:
                    break
            _, err = process.communicate()
            if process.returncode != 0:
                claim("signal 9" in err and "memory" in err, f"the message names the cause: {err}")
            claim(set(stored(place.folder)) <= set(expected), "what is stored is right")
            claim(place.run(*command)[0] == 0 and stored(place.folder) == expected, "the sweep reaches its end")
        return f"{times} sweeps, {killed} workers killed; each sweep reached its end with the same rows"


def disk_full(options, _):
    if os.geteuid() != 0:
        return "skipped: needs root, for a small tmpfs"
    tried = 0
    with Place(options) as place:
        disk = place.folder / "disk"
        disk.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk], capture_output=True).returncode:
            return "skipped: no tmpfs can be mounted here"
        try:
            for free in (0, 4, 8, 16, 40, 80, 120):
                for command, name in ((("run", "tiny.yaml"), "result"), (("sweep", "sweep.yaml", "--jobs", "1"), "study")):
                    (disk / "ballast").write_bytes(b"")
                    try:
                        with open(disk / "ballast", "wb") as ballast:
                            while True:
                                ballast.write(b"x" * 4096)
                                ballast.flush()
                    except OSError:
                        pass
                    with open(disk / "ballast", "r+b") as ballast:
                        ballast.truncate(max(0, os.path.getsize(disk / "ballast") - free * 1024))
                    code, _, err = place.run(*command, "--out", str(disk / name))
                    tried += 1
                    if code != 0:
                        claim(code == 2 and ("No space left" in err or "disk is full" in err or "make room" in err),
                              f"with {free} kB free {command[0]} ended with {code}: {err}")
                        claim(name == "study" or not (disk / name).exists(), "no half-written result stands there")
                    for left in disk.iterdir():
                        if left.name != "ballast":
                            shutil.rmtree(left) if left.is_dir() else left.unlink()
                    (disk / "ballast").unlink()
        finally:
            subprocess.run(["umount", disk], check=True)
    return f"{tried} runs and sweeps with 0 to 120 kB of disk: whole, or refused with the cause"


# Writes what nobody may write, and reads everything: the program may lie in root's home, where nobody can enter.
AS_NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=+dac_read_search",
             "--ambient-caps=+dac_read_search"]


def not_permitted(options, _):
    under = AS_NOBODY if os.geteuid() == 0 else []
    tried = 0
    with Place(options) as place:
        os.chmod(place.folder, 0o755)
        (place.folder / "locked").mkdir(mode=0o555)
        for arguments in (("run", "tiny.yaml", "--out", "locked/result"), ("run", "tiny.yaml", "--out", "/proc/result"),
                          ("sweep", "sweep.yaml", "--out", "locked/study"), ("sweep", "sweep.yaml", "--out", "tiny.yaml/study")):
            code, _, err = place.run(*arguments, under=under)
            tried += 1
            claim(code == 2, f"{arguments} ended with {code}: {err}")
            claim(any(cause in err for cause in ("ermission", "Not a directory", "No such file", "yours to write", "cannot be made")),
                  f"the message names the cause: {err}")
        # A model that nobody may write to is read like any other.
        for path in (place.folder / "tiny").iterdir():
            os.chmod(path, 0o444)
        os.chmod(place.folder / "tiny", 0o555)
        (place.folder / "mine").mkdir()
        os.chmod(place.folder / "mine", 0o777)
        code, _, err = place.run("run", "tiny.yaml", "--out", "mine/result", under=under)
        claim(code == 0, f"a read-only model was not run: {err}")
        os.chmod(place.folder / "tiny", 0o755)
    return f"{tried} unwritable places refused with their cause; a read-only model is run"


def clock_jumps(options, _):
    """The wall clock an hour back and a year ahead: results are the same bytes. By libfaketime where it is."""
    faketime = shutil.which("faketime")
    if faketime is None:
        return "skipped: faketime is not here"
    with Place(options) as place:
        bytes_of = []
        for number, when in enumerate(("@2020-01-01 00:00:00", "@2038-02-01 00:00:00", "-1y x1000")):
            code, _, err = place.run("-f", when, options.offramp, "run", "tiny.yaml", "--out", f"result{number}", program=faketime,
                                     under=["env", "ASAN_OPTIONS=verify_asan_link_order=0"])  # it comes before a sanitizer's library
            claim(code == 0, f"a run under another clock failed: {err}")
            folder = place.folder / f"result{number}"
            bytes_of.append([(folder / name).read_bytes() for name in KEPT if (folder / name).exists()])
        claim(bytes_of[0] == bytes_of[1] == bytes_of[2], "results do not depend on the clock")
    return "3 runs, in 2020, in 2038 and with a clock a thousand times too fast: the same bytes"


SMALL_MODEL = """network: b_lenet
data: fashion_mnist
input: [1, 28, 28]
classes: 10
exits: 2
training: {epochs: 4, batch: 44, learning_rate: 0.003}
"""


def write_pictures(folder, numbers):
    """Fashion-MNIST's four files with 540 made pictures: a pattern for each class, and noise."""
    folder.mkdir(parents=True)
    for name, count in (("train", 480), ("t10k", 60)):
        labels = bytes(number % 10 for number in range(count))
        pixels = bytes((place * (label + 1) * 7) % 256 // 2 + numbers.randrange(64) for label in labels for place in range(784))
        (folder / f"{name}-images-idx3-ubyte").write_bytes(struct.pack(">IIII", 0x803, count, 28, 28) + pixels)
        (folder / f"{name}-labels-idx1-ubyte").write_bytes(struct.pack(">II", 0x801, count) + labels)


def tensors_of(file):
    """The tensors of a safetensors file by name; what is measured stands in its metadata and is another each time."""
    content = file.read_bytes()
    length = struct.unpack("<Q", content[:8])[0]
    header = json.loads(content[8:8 + length])
    data = content[8 + length:]
    claim(max(part["data_offsets"][1] for name, part in header.items() if name != "__metadata__") == len(data),
          f"{file} ends where its header says")
    return {name: (part["dtype"], tuple(part["shape"]), data[slice(*part["data_offsets"])])
            for name, part in header.items() if name != "__metadata__"}


def models_killed(options, numbers):
    if not options.models:
        return "skipped: give --models"
    with Place(options) as place:
        write_pictures(place.folder / "data" / "fashion_mnist", numbers)
        model = place.folder / "small"
        model.mkdir()
        (model / "model.yaml").write_text(SMALL_MODEL)
        return train_killed(place, model, numbers) + "; " + profile_killed(place, model, numbers)


def results_of_card(model):
    """A card without its table of epochs, which has how long each took."""
    return (model / "card.md").read_text().split("## Accuracy")[1:]


def train_killed(place, model, numbers):
    """On one thread training gives the same weights each time, from its start or from a checkpoint."""
    command, kills = ("train", "./small"), place.options.kills
    weights = model / "weights.safetensors"

    def trained():
        begin = time.monotonic()
        code, _, err = place.run(*command, program=place.options.models)
        claim(code == 0, f"a training failed: {err}")
        return time.monotonic() - begin, "goes on behind epoch" in err

    longest, _ = trained()
    expected, card = weights.read_bytes(), results_of_card(model)
    killed = resumed = 0
    for attempt in range(kills):
        before = weights.exists()
        if attempt % 2 == 0 and before:  # half of them without older weights, which must not be lost in the others
            weights.unlink()
            before = False
        killed += kill_at_random(place.start(*command, program=place.options.models), longest, numbers)
        claim(weights.exists() or not before, "the older weights were lost")
        claim(not weights.exists() or weights.read_bytes() == expected, "weights are not those of an undisturbed training")
        if attempt % 4 == 3:
            resumed += trained()[1]
            claim(weights.read_bytes() == expected, "a training that goes on has other weights than an undisturbed one")
    trained()
    claim(weights.read_bytes() == expected and results_of_card(model) == card, "the last training is whole")
    return (f"{kills} trainings, {killed} killed before their end; {resumed} of {kills // 4} that followed went on from a "
            "checkpoint; always the weights of an undisturbed one, byte for byte")


def profile_killed(place, model, numbers):
    command, kills = ("profile", "./small", "--force"), place.options.kills
    profile = model / "profile.safetensors"
    begin = time.monotonic()
    code, _, err = place.run(*command, program=place.options.models)
    claim(code == 0, f"an undisturbed profile failed: {err}")
    longest = time.monotonic() - begin
    expected = tensors_of(profile)
    killed = whole = 0
    for attempt in range(kills):
        before = attempt % 2 == 1 and profile.exists()
        if not before:
            profile.unlink(missing_ok=True)
        killed += kill_at_random(place.start(*command, program=place.options.models), longest, numbers)
        claim(profile.exists() or not before, "the older profile was lost")
        if profile.exists():
            whole += 1
            claim(tensors_of(profile) == expected, "a profile is not what an undisturbed one says")
    code, _, err = place.run(*command, program=place.options.models)
    claim(code == 0 and tensors_of(profile) == expected, f"the next profile is whole: {err}")
    return (f"{kills} profiles, {killed} killed before their end; {whole} whole ones stood there, none half-written, with the "
            "tensors of an undisturbed one")


FAULTS = {"run killed": run_killed, "sweep killed": sweep_killed, "worker killed": worker_killed, "disk full": disk_full,
          "not permitted": not_permitted, "clock jumps": clock_jumps, "train and profile killed": models_killed}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("offramp", type=os.path.abspath)
    parser.add_argument("workplace", type=os.path.abspath)
    parser.add_argument("scenario", type=os.path.abspath)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--models", type=os.path.abspath)
    parser.add_argument("--only", choices=list(FAULTS))
    options = parser.parse_args()
    failed = False
    for name, fault in FAULTS.items():
        if options.only not in (None, name):
            continue
        try:
            print(f"{name}: {fault(options, random.Random(options.seed))}", flush=True)
        except Failed as error:
            print(f"{name}: FAILED: {error}", flush=True)
            failed = True
    sys.exit(1 if failed else 0)


main()
