"""Accuracy against bytes, latency and energy: points with their intervals, and those that no other beats."""

from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

import quantities
import style
from study import MOST_SERIES, Axis, pareto_front

AGAINST = ("uplink.payload_bytes_per_request", "latency_s.p95", "energy_j.per_request")
ACCURACY = "accuracy.top1"
FRONT_LABEL = "beaten by no other point in these two figures"


def has_data(study):
    known = [p for p in study.points if p.figures.get(ACCURACY) and any(p.figures.get(key) for key in AGAINST)]
    return len(known) > 1


def draw(study, by=None):
    panels = [key for key in AGAINST if sum(1 for p in study.points if p.figures.get(key)) > 1]
    groups = groups_of(study, by)
    entries = (len(groups) if len(groups) > 1 else 0) + 1
    figure, axes = (style.new_row(len(panels), 1.7, entries) if style.is_wide()
                    else style.new_figure([1.35] * len(panels), entries, share_x=False, gap_in=0.05))
    for panel, key in zip(axes, panels):
        scatter(panel, study, groups, key, ACCURACY)
    style.title(figure, study.title(), study.facts)
    handles, labels = group_handles(groups) if len(groups) > 1 else ([], [])
    style.legend(figure, handles + [front_handle()], labels + [FRONT_LABEL])
    return figure


def groups_of(study, by):
    """[(label, points)]: by a parameter, or each run on its own where there are few."""
    if by is None and not study.is_sweep and len(study.points) <= MOST_SERIES:
        return [(point.label, [point]) for point in study.points]
    if by is None:
        counts = {p: len({point.parameters[p] for point in study.points}) for p in study.varying()}
        by = next((p for p in sorted(counts, key=counts.get, reverse=True) if counts[p] <= MOST_SERIES), None)
    if by is None:
        return [("", study.points)]
    axis = Axis(by, study.points)
    return [(f"{by} = {text}", [p for p in study.points if p.parameters[by] == text]) for text in axis.texts]


def scatter(axes, study, groups, x_key, y_key, with_front=True):
    """Whether more or less is better is the figures' own; a step line joins those that no other beats."""
    known = [p for p in study.points if p.figures.get(x_key) and p.figures.get(y_key)]
    x_factor, x_unit = quantities.unit_of(x_key, [p.figures[x_key].high for p in known])
    y_factor, y_unit = quantities.unit_of(y_key, [p.figures[y_key].high for p in known])
    signs = [-1 if quantities.more_is_better(key) else 1 for key in (x_key, y_key)]
    front = pareto_front(known, lambda p: [signs[0] * p.value(x_key), signs[1] * p.value(y_key)])
    best = {id(point) for point in (front if with_front else known)}
    line = sorted((p.value(x_key) * x_factor, p.value(y_key) * y_factor) for p in front)
    rising = signs[0] != signs[1]
    if with_front:
        axes.plot([x for x, _ in line], [y for _, y in line], color="#777777", linewidth=0.8, zorder=1,
                  drawstyle="steps-post" if rising and signs[0] > 0 else "steps-pre")
    for i, (_, points) in enumerate(groups):
        for point in points:
            if id(point) not in {id(p) for p in known}:
                continue
            x, y = point.figures[x_key], point.figures[y_key]
            axes.errorbar([x.value * x_factor], [y.value * y_factor], xerr=x.error_bars(x_factor),
                          yerr=y.error_bars(y_factor), color=style.colour(i), elinewidth=0.5, capsize=0,
                          alpha=0.55, linestyle="none", zorder=2)
            axes.plot([x.value * x_factor], [y.value * y_factor], color=style.colour(i), marker=style.marker(i),
                      markersize=4, linestyle="none", zorder=3, markeredgewidth=0.8, markeredgecolor=style.colour(i),
                      markerfacecolor=style.colour(i) if id(point) in best else "white")
    axes.margins(0.08)
    axes.xaxis.set_major_locator(MaxNLocator(4 if style.is_wide() else 8))
    axes.set_xlabel(quantities.with_unit(quantities.label(x_key), x_unit), labelpad=1.5)
    axes.set_ylabel(quantities.with_unit(quantities.label(y_key), y_unit))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(FuncFormatter(quantities.tick))


def group_handles(groups):
    handles = [Line2D([], [], color=style.colour(i), marker=style.marker(i), markersize=4, linestyle="none")
               for i in range(len(groups))]
    return handles, [label for label, _ in groups]


def front_handle():
    return Line2D([], [], color="#777777", marker="o", markersize=4, markerfacecolor="#777777", linewidth=0.8)
