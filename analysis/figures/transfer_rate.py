"""Rate on the uplink over time in the first replication, with mean and p95 over all of them."""

from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter

import style

UNITS = ((1e9, "Gbit/s"), (1e6, "Mbit/s"), (1e3, "kbit/s"), (1.0, "bit/s"))
MEAN_DASHES = (0, (1, 1.2))
P95_DASHES = (0, (5, 2))
MARKERS_PER_LINE = 8


def draw(run):
    statistics = [(variant.estimate("uplink.rate_bps.mean"), variant.estimate("uplink.rate_bps.p95"))
                  for variant in run.variants]
    peak_bps = max((max(variant.uplink_bps, default=0) for variant in run.variants), default=0)
    factor, unit = next((u for u in UNITS if peak_bps >= u[0]), UNITS[-1])
    figure, (axes,) = style.new_figure([1.9], len(run.variants) + 2)
    handles, labels = [], []
    for i, (variant, (mean, p95)) in enumerate(zip(run.variants, statistics)):
        colour = style.colour(i)
        # Dashes would be lost in a jagged line: here a few markers tell variants apart in grey.
        spacing = max(1, len(variant.uplink_bps) // MARKERS_PER_LINE)
        axes.plot(variant.window_start_s, [rate / factor for rate in variant.uplink_bps], color=colour,
                  linewidth=0.7, alpha=0.85, drawstyle="steps-post", marker=style.marker(i), markersize=2.5,
                  markevery=(spacing // 2, spacing), clip_on=False)
        for estimate, dashes in ((mean, MEAN_DASHES), (p95, P95_DASHES)):
            if estimate:
                axes.axhline(estimate.value / factor, color=colour, linestyle=dashes, linewidth=1.1)
        handles.append(Line2D([], [], color=colour, linewidth=0.9, marker=style.marker(i), markersize=3))
        labels.append(_label(variant.label, mean, p95, factor, unit))
    handles += [Line2D([], [], color="#555555", linestyle=dashes) for dashes in (P95_DASHES, MEAN_DASHES)]
    labels += ["p95 of 1 s windows, all replications", "mean, all replications"]
    axes.set_ylim(0, peak_bps / factor * 1.05 if peak_bps > 0 else 1)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.margins(x=0.01)
    axes.set_xlabel("Simulated time in the first replication (s)")
    axes.set_ylabel(f"Uplink rate on the wire ({unit})")
    style.title(figure, run.title(), run.facts)
    style.legend(figure, handles, labels)
    return figure


def _label(name, mean, p95, factor, unit):
    if mean is None or p95 is None:
        return name
    return f"{name}: mean {mean.value / factor:.3g}, p95 {p95.value / factor:.3g} {unit}"
