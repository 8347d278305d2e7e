"""Reads run directories; see analysis/metrics.md for what their files mean."""

import csv
import json
import os

from device_windows import DeviceRates

MOST_REQUESTS = 500_000  # that are read for a figure


class BadInput(Exception):
    """The directory is none, or a file in it is damaged; the text says which and what to do."""


class Estimate:
    """A value over replications and its 95 % interval, which may be missing."""

    def __init__(self, value, low, high):
        self.value, self.low, self.high = value, low, high

    def error_bars(self, scale=1.0):
        """Lengths below and above the value, as matplotlib wants them for one point."""
        return [[(self.value - self.low) * scale], [(self.high - self.value) * scale]]


class Variant:
    """The results of one scenario: its summary, and the uplink's rate over time in the first replication."""

    def __init__(self, folder, default_label=None):
        self.folder = folder
        summary_path = os.path.join(folder, "summary.json")
        self.summary = _read_json(summary_path)
        self._summary_path = summary_path
        self.name = str(self.find("name"))
        self.label = str(self.summary.get("label") or default_label or self.name)
        self.window_start_s, self.uplink_bps = _read_first_replication(os.path.join(folder, "transfer_rate.csv"))

    def has_requests(self):
        return os.path.isfile(os.path.join(self.folder, "requests.csv"))

    def device_rates(self):
        """What each device sent over time in the first replication; None without requests or whole windows."""
        if not self.has_requests():
            return None
        return _read_device_rates(os.path.join(self.folder, "requests.csv"), int(self.find("devices")),
                                  float(self.find("warmup_s")), float(self.find("duration_s")))

    def find(self, dotted):
        """The value under a dotted key of the summary ("latency_s.p95", "exits.0.share")."""
        value = self.summary
        for key in dotted.split("."):
            try:
                value = value[int(key)] if isinstance(value, list) else value[key]
            except (KeyError, IndexError, TypeError, ValueError):
                raise BadInput(f"{self._summary_path}: has no \"{dotted}\"; "
                                     "run the scenario again with this version") from None
        return value

    def estimate(self, dotted):
        """The Estimate under a key; None where it is undefined."""
        found = self.find(dotted)
        if found is None:
            return None
        try:
            value = float(found["value"])
            low, high = found["ci95"] if found.get("ci95") else (value, value)
            return Estimate(value, float(low), float(high))
        except (KeyError, TypeError, ValueError, AttributeError):
            raise BadInput(f"{self._summary_path}: \"{dotted}\" is no estimate "
                                 "({\"value\": x, \"ci95\": [lo, hi]})") from None


class RunDirectory:
    """A scenario's variants: itself first, then those under compare/ by name."""

    def __init__(self, folder):
        if not os.path.isdir(folder):
            raise BadInput(f"{folder}: is no directory; give one that `offramp run` has written")
        self.folder = folder
        self.facts = ""  # what was simulated, in words, where somebody tells
        self.variants = [Variant(folder)]
        compare = os.path.join(folder, "compare")
        if os.path.isdir(compare):
            for name in sorted(os.listdir(compare)):
                if os.path.isdir(os.path.join(compare, name)):
                    self.variants.append(Variant(os.path.join(compare, name), name))

    def title(self):
        """What was simulated: "campus: 100 devices, 5 replications"."""
        main = self.variants[0]
        found = []
        for key, noun in (("devices", "device"), ("replications", "replication")):
            count = main.summary.get(key)
            if isinstance(count, (int, float)):
                found.append(f"{count:,.0f} {noun}{'' if count == 1 else 's'}")
        return f"{main.name}: {', '.join(found)}" if found else main.name


class SeveralRuns:
    """Run directories side by side: all their variants, told apart by the names of their directories."""

    def __init__(self, runs):
        self.variants = []
        for run in runs:
            folder = os.path.basename(os.path.normpath(run.folder))
            for variant in run.variants:
                alone = len(run.variants) == 1
                variant.label = folder if alone else f"{folder}, {variant.label}"
                self.variants.append(variant)
        self.facts = ""
        self._names = list(dict.fromkeys(run.variants[0].name for run in runs))

    def title(self):
        return f"{' and '.join(self._names)}: {len(self.variants)} variants side by side"


def _read_json(path):
    def refuse(constant):
        raise ValueError(f"{constant} is no JSON")

    try:
        with open(path, encoding="utf-8") as file:
            content = json.load(file, parse_constant=refuse)
    except FileNotFoundError:
        raise BadInput(f"{os.path.dirname(path)}: is no run directory (it has no {os.path.basename(path)}); "
                             "give one that `offramp run` has written") from None
    except (OSError, ValueError, RecursionError) as error:
        raise BadInput(f"{path}: cannot be read: {error}") from None
    if not isinstance(content, dict):
        raise BadInput(f"{path}: is no summary of a run")
    return content


def _read_first_replication(path):
    """Window starts and rates. Rows are ordered by replication, so reading stops where the second begins."""
    starts_s, rates_bps = [], []
    try:
        with open(path, newline="", encoding="utf-8") as file:
            rows = csv.reader(file)
            columns = next(rows, [])
            at = [columns.index(name) for name in ("replication", "window_start_s", "uplink_bps")]
            first = None
            for row in rows:
                replication, start_s, rate_bps = (row[i] for i in at)
                first = replication if first is None else first
                if replication != first:
                    break
                starts_s.append(float(start_s))
                rates_bps.append(float(rate_bps))
    except FileNotFoundError:
        raise BadInput(f"{os.path.dirname(path)}: is no whole run directory (it has no "
                             f"{os.path.basename(path)}); run the scenario again") from None
    except (OSError, ValueError, IndexError, csv.Error) as error:
        raise BadInput(f"{path}: cannot be read: {error}") from None
    return starts_s, rates_bps


def _read_device_rates(path, devices, warmup_s, duration_s):
    """Of the first replication, or as much of it as MOST_REQUESTS rows hold."""
    sent, last_s, rows_read = [], warmup_s + duration_s, 0
    try:
        with open(path, newline="", encoding="utf-8") as file:
            rows = csv.reader(file)
            columns = next(rows, [])
            gateway = "gateway_received_s" in columns
            at = [columns.index(name) for name in
                  ("replication", "device", "arrival_s", "device_encoded_s", "cloud_received_s",
                   "access_wire_bytes" if gateway else "wire_bytes")]
            gateway_at = columns.index("gateway_received_s") if gateway else None
            first = None
            for row in rows:
                replication, device, arrival_s, encoded_s, received_s, wire_bytes = (row[i] for i in at)
                first = replication if first is None else first
                if replication != first:
                    break
                if gateway and row[gateway_at]:
                    received_s = row[gateway_at]
                if received_s and wire_bytes != "0":
                    sent.append((int(device), float(encoded_s), float(received_s), int(wire_bytes)))
                rows_read += 1
                if rows_read == MOST_REQUESTS:
                    last_s = float(arrival_s)
                    break
    except (OSError, ValueError, IndexError, csv.Error) as error:
        raise BadInput(f"{path}: cannot be read: {error}") from None
    windows = int(last_s - warmup_s)
    if windows < 1 or devices < 1:
        return None
    rates = DeviceRates(devices, warmup_s, windows)
    for message in sent:
        rates.add(*message)
    return rates
