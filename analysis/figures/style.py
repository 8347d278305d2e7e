"""How every figure looks: one column wide, readable in colour, in grey and by the colour-blind."""

import math
import os

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

WIDTH_IN = 3.5
LEFT_IN, RIGHT_IN, BOTTOM_IN, TITLE_IN = 0.56, 0.10, 0.40, 0.24
YLABEL_IN = 0.15
LEGEND_ROW_IN = 0.113

# Paul Tol's high-contrast colours first: they differ in grey as well. Lines and bars of one variant also differ
# by dashes, marker and hatching.
COLOURS = ("#004488", "#bb5566", "#ddaa33", "#000000", "#66ccee", "#999999")
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P")
HATCHES = ("", "////", "\\\\\\\\", "xxxx", "----", "++++")

matplotlib.rcParams.update({
    "font.size": 7.5,
    "axes.titlesize": 8,
    "axes.labelsize": 7.5,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "legend.fontsize": 6.5,
    "axes.linewidth": 0.6,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.4,
    "lines.linewidth": 1.2,
    "hatch.linewidth": 0.5,
    "legend.frameon": False,
    "svg.fonttype": "path",     # letters travel with the file as outlines
    "svg.hashsalt": "offramp",  # the same data gives the same bytes
})


def colour(i):
    return COLOURS[i % len(COLOURS)]


def dashes(i):
    return DASHES[i % len(DASHES)]


def marker(i):
    return MARKERS[i % len(MARKERS)]


def hatch(i):
    return HATCHES[i % len(HATCHES)]


def new_figure(panel_heights_in, legend_entries, legend_columns=1, gap_in=0.12):
    """A figure with one panel above the other, sharing x, and room below them for a legend.

    Everything is placed in inches, so that nothing needs a layout engine (slow) and nothing is cut.
    Returns the figure and its axes, the topmost first.
    """
    rows = math.ceil(legend_entries / legend_columns)
    legend_in = 0.05 + rows * LEGEND_ROW_IN if rows else 0.0
    panels_in = sum(panel_heights_in) + gap_in * (len(panel_heights_in) - 1)
    height_in = TITLE_IN + panels_in + BOTTOM_IN + legend_in
    figure = Figure(figsize=(WIDTH_IN, height_in))
    FigureCanvasAgg(figure)
    axes = []
    top_in = height_in - TITLE_IN
    for panel_in in panel_heights_in:
        box = (LEFT_IN / WIDTH_IN, (top_in - panel_in) / height_in,
               (WIDTH_IN - LEFT_IN - RIGHT_IN) / WIDTH_IN, panel_in / height_in)
        panel = figure.add_axes(box, sharex=axes[0] if axes else None)
        # At a fixed place: aligned over the panels, and not pushed out of the picture by wide numbers.
        panel.yaxis.set_label_coords((YLABEL_IN - LEFT_IN) / (WIDTH_IN - LEFT_IN - RIGHT_IN), 0.5)
        axes.append(panel)
        top_in -= panel_in + gap_in
    for upper in axes[:-1]:
        upper.tick_params(labelbottom=False)
    return figure, axes


def title(figure, text):
    longest = 62
    shown = text if len(text) <= longest else text[:longest - 1] + "\u2026"
    figure.text(0.5, 1 - 0.06 / figure.get_figheight(), shown, ha="center", va="top",
                fontsize=matplotlib.rcParams["axes.titlesize"])


def legend(figure, handles, labels, columns=1):
    """At the bottom edge, where new_figure left room; never over the data."""
    shown = [label if len(label) * columns <= 62 else label[:62 // columns - 1] + "\u2026" for label in labels]
    figure.legend(handles, shown, loc="lower center", bbox_to_anchor=(0.5, 0.0), ncol=columns, borderaxespad=0.15,
                  labelspacing=0.25, handlelength=2.6, columnspacing=1.2)


def save(figure, folder, name):
    """Writes NAME.svg and NAME.png, each whole or not at all."""
    for suffix, metadata in (("svg", {"Date": None}), ("png", {"Software": None})):
        path = os.path.join(folder, f"{name}.{suffix}")
        temporary = os.path.join(folder, f".{name}.{suffix}.tmp")
        figure.savefig(temporary, format=suffix, dpi=300, metadata=metadata)
        os.replace(temporary, path)
