"""Figures against an axis, a panel each, a line for each value of another parameter, with 95 % bands."""

from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

import quantities
import style
from study import MOST_SERIES

MOST_TICKS = 9
MOST_ON_A_PLAIN_AXIS = 100  # times the smallest value


def draw(study, part, figures, joined=True):
    """joined: a line through the points of a series, where the axis is one of numbers."""
    series = part.series()[:MOST_SERIES]
    figure, panels = style.new_figure([1.3 if len(figures) > 1 else 1.9] * len(figures),
                                      len(series) if part.by else 0)
    for panel, key in zip(panels, figures):
        _panel(panel, part, series, key, joined and part.x.numeric)
    panels[-1].set_xlabel(style.fitted(part.x.label, 2.8, 7.5))
    style.title(figure, study.title(), part.text() or study.facts)
    if part.by:
        handles = [Line2D([], [], color=style.colour(i), linestyle=style.dashes(i), marker=style.marker(i),
                          markersize=3) for i in range(len(series))]
        style.legend(figure, handles, [label for label, _ in series])
    return figure


def _panel(axes, part, series, key, joined):
    estimates = [point.figures.get(key) for _, points in series for point in points]
    factor, unit = quantities.unit_of(key, [e.high for e in estimates if e])
    for i, (_, points) in enumerate(series):
        known = [(part.x.of(point), point.figures[key]) for point in points if point.figures.get(key)]
        x = [place for place, _ in known]
        y, low, high = ([getattr(e, name) * factor for _, e in known] for name in ("value", "low", "high"))
        # Each thinner than the one below it, so that lines on top of each other are all seen.
        over = len(series) - 1 - i
        axes.plot(x, y, color=style.colour(i), linestyle=style.dashes(i) if joined else "none",
                  linewidth=1.1 + 0.7 * over, marker=style.marker(i), markersize=3 + 1.2 * over, zorder=3)
        if joined:
            axes.fill_between(x, low, high, color=style.colour(i), alpha=0.18, linewidth=0)
        axes.errorbar(x, y, yerr=[[v - l for v, l in zip(y, low)], [h - v for v, h in zip(y, high)]],
                      color=style.colour(i), elinewidth=0.7, capsize=1.5, linestyle="none")
    _x_axis(axes, part.x)
    axes.margins(x=0.04, y=0.12)
    _y_axis(axes, [e for e in estimates if e], factor, part.x.looks_logarithmic())
    axes.set_ylabel(style.fitted(quantities.with_unit(quantities.label(key), unit), 1.9, 7.5), fontsize=6.8)


def _x_axis(axes, x):
    if x.looks_logarithmic():
        axes.set_xscale("log")
    if len(x.texts) <= MOST_TICKS or not x.numeric:
        axes.xaxis.set_major_locator(FixedLocator([x.place[text] for text in x.texts]))
        names = {x.place[text]: x.tick(text) for text in x.texts}
        axes.xaxis.set_major_formatter(FuncFormatter(lambda place, _: names.get(place, "")))
        axes.xaxis.set_minor_locator(NullLocator())
    if not x.numeric and max(map(len, x.texts)) * len(x.texts) > 40:
        axes.tick_params(axis="x", labelrotation=20)


def _y_axis(axes, estimates, factor, logarithmic_x):
    """From 0 where that costs little room, so that heights can be compared; what grows with an axis of powers, by powers."""
    if not estimates:
        return
    lowest = min(e.low for e in estimates) * factor
    highest = max(e.high for e in estimates) * factor
    if 0 < lowest * MOST_ON_A_PLAIN_AXIS < highest and logarithmic_x:
        axes.set_yscale("log")
    elif 0 <= lowest < 0.5 * highest:
        axes.set_ylim(0, highest * 1.1)
    elif highest - lowest < 1e-9 * max(abs(highest), 1e-300):
        axes.set_ylim(lowest - (abs(lowest) * 0.05 or 1), highest + (abs(highest) * 0.05 or 1))
    axes.yaxis.set_major_formatter(FuncFormatter(quantities.tick))
