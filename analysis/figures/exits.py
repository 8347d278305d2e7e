"""Share and accuracy of each exit, with 95 % intervals."""

from matplotlib.lines import Line2D
from matplotlib.patches import Patch

import style

GROUP_WIDTH = 0.8
MOST_LABELLED = 9


def draw(run):
    num_exits = max(len(variant.find("exits")) for variant in run.variants)
    num_variants = len(run.variants)
    figure, (share_axes, accuracy_axes) = style.new_figure([1.15, 1.15], num_variants if num_variants > 1 else 0)
    width = GROUP_WIDTH / num_variants
    labelled = num_exits * num_variants <= MOST_LABELLED
    for i, variant in enumerate(run.variants):
        for exit in range(len(variant.find("exits"))):
            x = exit + (i - (num_variants - 1) / 2) * width
            _bar(share_axes, variant.estimate(f"exits.{exit}.share"), x, width, i,
                 labelled)
            _point(accuracy_axes, variant.estimate(f"exits.{exit}.accuracy"), x, i, labelled)
    share_axes.set_ylim(0, 112)
    share_axes.set_yticks([0, 25, 50, 75, 100])
    share_axes.set_ylabel("Share (%)")
    share_axes.grid(axis="x", visible=False)
    accuracy_axes.grid(axis="x", visible=False)
    accuracy_axes.margins(y=0.15)
    accuracy_axes.set_ylabel("Top-1 accuracy (%)")
    accuracy_axes.set_xlim(-0.6, num_exits - 0.4)
    accuracy_axes.set_xticks(range(num_exits), [_exit_label(run.variants, exit) for exit in range(num_exits)])
    style.title(figure, run.title(), run.facts)
    if num_variants > 1:
        handles = [(Patch(facecolor=style.colour(i), hatch=style.hatch(i), edgecolor="white", linewidth=0),
                    Line2D([], [], color=style.colour(i), marker=style.marker(i), markersize=4,
                           markeredgecolor="white", markeredgewidth=0.6, linestyle="none"))
                   for i in range(num_variants)]
        style.legend(figure, handles, [variant.label for variant in run.variants])
    return figure


def _bar(axes, share, x, width, i, labelled):
    if share is None:
        return
    axes.bar(x, 100 * share.value, 0.9 * width, color=style.colour(i), hatch=style.hatch(i), edgecolor="white",
             linewidth=0)
    axes.errorbar([x], [100 * share.value], yerr=share.error_bars(100), color="#222222", capsize=2, elinewidth=0.8,
                  linestyle="none")
    if labelled:
        axes.text(x, 100 * share.high + 2, f"{100 * share.value:.3g}", ha="center", va="bottom", fontsize=6)


def _point(axes, accuracy, x, i, labelled):
    if accuracy is None:  # nobody left here: there is no accuracy, and none is drawn
        return
    axes.errorbar([x], [100 * accuracy.value], yerr=accuracy.error_bars(100), color=style.colour(i),
                  marker=style.marker(i), markersize=4, capsize=2, elinewidth=0.8, linestyle="none")
    if labelled:
        axes.annotate(f"{100 * accuracy.value:.1f}", (x, 100 * accuracy.value), xytext=(5, 0),
                      textcoords="offset points", va="center", fontsize=6)


def _exit_label(variants, exit):
    """ "exit 0" and where it runs, as far as the variants that use it agree."""
    places = set()
    for variant in variants:
        if exit < len(variant.find("exits")):
            share = variant.estimate(f"exits.{exit}.share")
            if share and share.value > 0:
                places.add(str(variant.find(f"exits.{exit}.where")))
    return f"exit {exit}\n{' or '.join(sorted(places, reverse=True))}" if places else f"exit {exit}\nnot used"
