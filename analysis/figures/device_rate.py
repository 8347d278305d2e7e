"""Rate at which one device sends over time, with percentiles over the windows of all devices."""

from matplotlib.lines import Line2D

import quantities
import style

PERCENTILES = ((0.95, (0, (5, 2))), (0.99, (0, (1, 1.2))))
MARKERS_PER_LINE = 8


def has_data(run):
    return any(variant.has_requests() for variant in run.variants)


def draw(run):
    found = [(i, variant, variant.device_rates()) for i, variant in enumerate(run.variants)]
    found = [(i, variant, rates) for i, variant, rates in found if rates is not None]
    device = found[0][2].median_device()  # the same in all, which have the same arrivals
    peak_bps = max(max(rates.series(device), default=0) for _, _, rates in found)
    highest = max([peak_bps] + [rates.percentile(0.99) for _, _, rates in found])
    factor, unit = quantities.unit_of("rate_bps", [highest])
    figure, (axes,) = style.new_figure([1.9], len(found) + len(PERCENTILES))
    handles, labels = [], []
    for i, variant, rates in found:
        series = [rate * factor for rate in rates.series(device)]
        spacing = max(1, len(series) // MARKERS_PER_LINE)
        axes.plot(rates.starts_s(), series, color=style.colour(i), linewidth=0.7, alpha=0.85, drawstyle="steps-post",
                  marker=style.marker(i), markersize=2.5, markevery=(spacing // 2, spacing), clip_on=False)
        percentiles = []
        for p, dashes in PERCENTILES:
            value = rates.percentile(p) * factor
            percentiles.append(f"p{100 * p:.0f} {quantities.short(value)}")
            axes.axhline(value, color=style.colour(i), linestyle=dashes, linewidth=1.1)
        handles.append(Line2D([], [], color=style.colour(i), linewidth=0.9, marker=style.marker(i), markersize=3))
        labels.append(f"{variant.label}: {', '.join(percentiles)} {unit}")
    for p, dashes in PERCENTILES:
        handles.append(Line2D([], [], color="#555555", linestyle=dashes))
        labels.append(f"p{100 * p:.0f} of the 1 s windows of all {found[0][2].devices} devices")
    axes.set_ylim(0, highest * factor * 1.05 if highest > 0 else 1)
    axes.margins(x=0.01)
    axes.set_xlabel("Simulated time in the first replication (s)")
    axes.set_ylabel(f"Rate of device {device} on the wire ({unit})")
    style.title(figure, run.title(), run.facts)
    style.legend(figure, handles, labels)
    return figure
