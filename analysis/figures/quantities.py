"""Names and units of figures and parameters, as axes show them."""

import math
import re

SECONDS = ((1.0, "s"), (1e3, "ms"), (1e6, "\u00b5s"))
BITS_PER_SECOND = ((1e-9, "Gbit/s"), (1e-6, "Mbit/s"), (1e-3, "kbit/s"), (1.0, "bit/s"))
BYTES = ((1e-9, "GB"), (1e-6, "MB"), (1e-3, "kB"), (1.0, "B"))
JOULES = ((1e-3, "kJ"), (1.0, "J"), (1e3, "mJ"), (1e6, "\u00b5J"))
PERCENT = ((100.0, "%"),)
PLAIN = ((1.0, ""),)

LABELS = {
    "latency_s.mean": "Mean latency", "latency_s.p50": "Median latency", "latency_s.p95": "p95 latency",
    "latency_s.p99": "p99 latency", "accuracy.top1": "Top-1 accuracy", "accuracy.in_time": "Right and in time",
    "uplink.payload_bytes_per_request": "Uplink bytes a request", "uplink.rate_bps.mean": "Mean uplink rate",
    "uplink.rate_bps.p95": "p95 uplink rate", "uplink.rate_bps.peak": "Peak uplink rate",
    "uplink.utilization": "Uplink utilization", "cloud.utilization": "Cloud utilization",
    "energy_j.per_request": "Energy a request",
    "count_mae": "People off a frame", "count_mae_in_time": "People off a frame, late ones unseen",
    "cell_f1": "F1 of cells", "cloud_cell_ratio": "Cells left to the cloud",
}
MORE_IS_BETTER = re.compile(r"^accuracy\.|^cell_f1|\.accuracy$|^deadline\.|^availability\.|^requests\.completed$")

# Units of scenario values, in the base unit of their kind.
UNITS = {
    "bps": ("bit/s", 1.0), "kbps": ("bit/s", 1e3), "Mbps": ("bit/s", 1e6), "Gbps": ("bit/s", 1e9),
    "Bps": ("bit/s", 8.0), "kBps": ("bit/s", 8e3), "MBps": ("bit/s", 8e6), "GBps": ("bit/s", 8e9),
    "B": ("B", 1.0), "kB": ("B", 1e3), "MB": ("B", 1e6), "GB": ("B", 1e9),
    "us": ("s", 1e-6), "ms": ("s", 1e-3), "s": ("s", 1.0), "min": ("s", 60.0), "h": ("s", 3600.0),
    "/s": ("/s", 1.0), "%": ("%", 1.0),
}
SCALES = {"bit/s": BITS_PER_SECOND, "B": BYTES, "s": SECONDS, "/s": ((1.0, "/s"),), "%": ((1.0, "%"),),
          "": PLAIN}


def label(key):
    """What an axis calls a figure; one without a name of its own goes by its key."""
    rate = re.fullmatch(r"transfer_rate_bps\.(all|device)\.window_(\d+)(ms|s)\.(\w+)", key)
    if rate:
        whose = "all" if rate[1] == "all" else "one device"
        return f"{rate[4]} rate of {whose}, {rate[2]} {rate[3]} windows"
    return LABELS.get(key, key)


def unit_of(key, values):
    """Factor and unit in which values of this figure are neither tiny nor huge."""
    return _fitting(_scales(key), values)


def with_unit(text, unit):
    return f"{text} ({unit})" if unit else text


def more_is_better(key):
    return bool(MORE_IS_BETTER.search(key))


def has_better(key):
    """Whether more or less of it is better, all else equal: not of counts, shares and loads."""
    return more_is_better(key) or key.startswith(("latency_s", "energy_j", "uplink.", "access.", "count_mae"))


def short(value):
    """Three digits that count, with separators instead of powers of ten where that is readable."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.3g}"


def plain_time(seconds):
    """With the unit that suits it: "0.883 ms", "7.67 s"."""
    factor, unit = _fitting(SECONDS, [seconds])
    if factor == 1e3 and seconds >= 1:
        factor, unit = 1.0, "s"
    return f"{short(seconds * factor)} {unit}"


def tick(value, _=None):
    """A number on an axis, whatever matplotlib added to it by rounding."""
    value = float(f"{value:.8g}")
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:g}"


def measured(texts):
    """Scenario values as numbers of one unit: (numbers, unit). None where they are no numbers of one kind."""
    found = [number(text) for text in texts]
    if not found or None in found or len({kind for _, kind in found}) > 1:
        return None
    numbers, kind = [value for value, _ in found], found[0][1]
    factor, unit = _fitting(SCALES[kind], numbers)
    return [number * factor for number in numbers], unit


def number(text):
    """A scenario value in the base unit of its kind, and that unit; None where it is no number."""
    match = re.fullmatch(r"([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*([A-Za-z%/]*)", str(text).strip())
    if not match or (match[2] and match[2] not in UNITS):
        return None
    kind, factor = UNITS[match[2]] if match[2] else ("", 1.0)
    return float(match[1]) * factor, kind


def _scales(key):
    if key.startswith(("latency_s", "wall_s")) or "queue_s" in key or "stages_s" in key:
        return SECONDS
    if "rate_bps" in key:
        return BITS_PER_SECOND
    if "bytes" in key:
        return BYTES
    if key.startswith("energy_j"):
        return JOULES
    if re.search(r"accuracy|share|utilization|availability|cell_ratio", key):
        return PERCENT
    return PLAIN


def _fitting(scales, values):
    """The first scale in which the largest value is at least 1 (of seconds: not above 10,000 ms)."""
    largest = max((abs(value) for value in values if value is not None and math.isfinite(value)), default=0)
    if scales is SECONDS:
        return SECONDS[0] if largest >= 10 else SECONDS[1] if largest >= 1e-4 else SECONDS[2] if largest else SECONDS[1]
    for factor, unit in scales:
        if largest * factor >= 1:
            return factor, unit
    return scales[-1] if largest else next((s for s in scales if s[0] == 1.0), scales[-1])
