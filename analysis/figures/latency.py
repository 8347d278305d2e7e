"""Distribution of end-to-end latency, one curve a variant, with its p50 and p95."""

from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

import quantities
import style


def draw(run):
    scale, unit = _unit(run.variants)
    figure, (axes,) = style.new_figure([1.9], len(run.variants))
    handles, labels, shown = [], [], []
    for i, variant in enumerate(run.variants):
        cdf = variant.find("latency_s").get("cdf") or {"p": [], "value": []}
        points = [(value * scale, p) for p, value in zip(cdf["p"], cdf["value"]) if value and value > 0]
        shown += [value for value, _ in points]
        axes.plot([value for value, _ in points], [p for _, p in points], color=style.colour(i),
                  linestyle=style.dashes(i))
        marks = [_mark(axes, variant, i, key, p, scale) for key, p in (("p50", 0.5), ("p95", 0.95))]
        handles.append(Line2D([], [], color=style.colour(i), linestyle=style.dashes(i), marker=style.marker(i),
                              markersize=3))
        labels.append(_label(variant.label, marks))
    for p in (0.5, 0.95):
        axes.axhline(p, color="#888888", linewidth=0.5, linestyle=":", zorder=1)
    _log_axis(axes, shown)
    axes.set_ylim(0, 1.02)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 0.95], ["0", "0.25", "0.5", "0.75", "0.95"])
    axes.set_xlabel(f"End-to-end latency ({unit})")
    axes.set_ylabel("Cumulative share of requests")
    style.title(figure, run.title(), run.facts)
    style.legend(figure, handles, labels)
    return figure


def _unit(variants):
    """Milliseconds, unless the latencies are many seconds."""
    p95 = [estimate.value for estimate in (variant.estimate("latency_s.p95") for variant in variants) if estimate]
    return (1.0, "s") if p95 and max(p95) >= 10 else (1000.0, "ms")


def _mark(axes, variant, i, key, p, scale):
    """A marker at the quantile with its interval. Returns the value shown, or None."""
    estimate = variant.estimate(f"latency_s.{key}")
    if estimate is None:
        return None
    axes.errorbar([estimate.value * scale], [p], xerr=estimate.error_bars(scale), color=style.colour(i),
                  marker=style.marker(i), markersize=3.5, markeredgecolor="white", markeredgewidth=0.4, capsize=3,
                  linestyle="none", elinewidth=0.8, zorder=4)
    return estimate.value


def _label(name, marks):
    if None in marks:
        return f"{name}: nothing completed"
    return f"{name}: p50 {quantities.plain_time(marks[0])}, p95 {quantities.plain_time(marks[1])}"


def _log_axis(axes, values):
    axes.set_xscale("log")
    low, high = (min(values), max(values)) if values else (1, 1000)
    axes.set_xlim(low / 1.25, high * 1.25)
    few_decades = high / low < 100
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if few_decades else (1,)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
