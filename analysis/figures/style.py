"""How every figure looks: one or two columns wide, readable in colour, in grey and by the colour-blind."""

import functools
import math
import os

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

WIDTHS_IN = {"one": 3.5, "two": 7.16}
WIDTH_IN = WIDTHS_IN["one"]
LEFT_IN, RIGHT_IN, BOTTOM_IN, TITLE_IN = 0.56, 0.10, 0.40, 0.36
TITLE_PT, FACTS_PT = 8, 6.2
YLABEL_IN = 0.15
LEGEND_ROW_IN = 0.113

# Nothing that depends on the day: the same data gives the same bytes.
METADATA = {"svg": {"Date": None}, "png": {"Software": None}, "pdf": {"CreationDate": None}}

# Paul Tol's high-contrast colours first: they differ in grey as well. Lines and bars of one variant also differ
# by dashes, marker and hatching.
COLOURS = ("#004488", "#bb5566", "#ddaa33", "#000000", "#66ccee", "#999999")
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P")
HATCHES = ("", "////", "\\\\\\\\", "xxxx", "----", "++++")

matplotlib.rcParams.update({
    "font.size": 7.5,
    "axes.titlesize": TITLE_PT,
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
    "pdf.fonttype": 42,         # letters travel with the file as fonts that editors can read
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


def set_width(columns):
    """One column of a page, or two."""
    global WIDTH_IN
    WIDTH_IN = WIDTHS_IN[columns]


def new_figure(panel_heights_in, legend_entries, share_x=True, gap_in=0.12, left_in=LEFT_IN, right_in=RIGHT_IN,
               top_in=TITLE_IN, legend_rows=None):
    """A figure with one panel above the other and room below them for a legend.

    Everything is placed in inches, so that nothing needs a layout engine (slow) and nothing is cut.
    Returns the figure and its axes, the topmost first.
    """
    rows = math.ceil(legend_entries / legend_columns()) if legend_rows is None else legend_rows
    legend_in = 0.05 + rows * LEGEND_ROW_IN if rows else 0.0
    gap_in = gap_in if share_x else gap_in + BOTTOM_IN
    panels_in = sum(panel_heights_in) + gap_in * (len(panel_heights_in) - 1)
    height_in = top_in + panels_in + BOTTOM_IN + legend_in
    figure = Figure(figsize=(WIDTH_IN, height_in))
    FigureCanvasAgg(figure)
    axes = []
    place_in = height_in - top_in
    for panel_in in panel_heights_in:
        box = (left_in / WIDTH_IN, (place_in - panel_in) / height_in,
               (WIDTH_IN - left_in - right_in) / WIDTH_IN, panel_in / height_in)
        panel = figure.add_axes(box, sharex=axes[0] if axes and share_x else None)
        # At a fixed place: aligned over the panels, and not pushed out of the picture by wide numbers.
        panel.yaxis.set_label_coords((YLABEL_IN - left_in) / (WIDTH_IN - left_in - right_in), 0.5)
        axes.append(panel)
        place_in -= panel_in + gap_in
    if share_x:
        for upper in axes[:-1]:
            upper.tick_params(labelbottom=False)
    return figure, axes


def new_row(panels, height_in, legend_entries, gap_in=0.62):
    """A figure of panels side by side, each with axes of its own: for two columns."""
    rows = math.ceil(legend_entries / legend_columns())
    legend_in = 0.05 + rows * LEGEND_ROW_IN if rows else 0.0
    total_in = TITLE_IN + height_in + BOTTOM_IN + legend_in
    figure = Figure(figsize=(WIDTH_IN, total_in))
    FigureCanvasAgg(figure)
    width_in = (WIDTH_IN - LEFT_IN - RIGHT_IN - gap_in * (panels - 1)) / panels
    axes = [figure.add_axes(((LEFT_IN + i * (width_in + gap_in)) / WIDTH_IN, (BOTTOM_IN + legend_in) / total_in,
                             width_in / WIDTH_IN, height_in / total_in)) for i in range(panels)]
    return figure, axes


def is_wide():
    return WIDTH_IN > WIDTHS_IN["one"]


def legend_columns():
    return 2 if is_wide() else 1


def title(figure, text, facts=""):
    """What the figure shows, and below it, smaller, what was simulated."""
    for words, top_in, size, colour_ in ((text, 0.05, TITLE_PT, "black"), (facts, 0.20, FACTS_PT, "#555555")):
        shown = fitted(words, WIDTH_IN - 0.1, size)
        figure.text(0.5, 1 - top_in / figure.get_figheight(), shown, ha="center", va="top", fontsize=size,
                    color=colour_)


def fitted(text, width_in, size_pt):
    """Cut to a width, with an ellipsis."""
    if width_of(text, size_pt) <= width_in:
        return text
    while text and width_of(text + "\u2026", size_pt) > width_in:
        text = text[:-1]
    return text.rstrip(" ,;") + "\u2026"


@functools.lru_cache(maxsize=1024)
def width_of(text, size_pt):
    """Inches that a text takes, quickly: by the advance widths of its letters."""
    font = _font()
    font.set_size(size_pt, 72)
    font.set_text(text, 0.0)
    return font.get_width_height()[0] / 64 / 72


@functools.lru_cache(maxsize=1)
def _font():
    from matplotlib.font_manager import FontProperties, findfont, get_font
    return get_font(findfont(FontProperties()))


def legend(figure, handles, labels):
    """At the bottom edge, where new_figure left room; never over the data."""
    columns = legend_columns()
    size = matplotlib.rcParams["legend.fontsize"]
    width_in = (WIDTH_IN - 0.2) / columns - 0.45
    figure.legend(handles, [fitted(label, width_in, size) for label in labels], loc="lower center",
                  bbox_to_anchor=(0.5, 0.0), ncol=columns, borderaxespad=0.15, labelspacing=0.25, handlelength=2.6,
                  columnspacing=1.2)


def save(figure, folder, name, formats=("svg", "png")):
    """Writes NAME.svg, NAME.png and so on, each whole or not at all."""
    for suffix in formats:
        path = os.path.join(folder, f"{name}.{suffix}")
        temporary = os.path.join(folder, f".{name}.{suffix}.tmp")
        figure.savefig(temporary, format=suffix, dpi=300, metadata=METADATA[suffix])
        os.replace(temporary, path)
