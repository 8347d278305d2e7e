"""A figure against another, or against a parameter whose values were drawn at random: points with intervals."""

import curves
import quantities
import style
import tradeoffs
from study import Slice


def of_figures(study, x, y, by):
    groups = tradeoffs.groups_of(study, by)
    front = quantities.has_better(x) and quantities.has_better(y)
    entries = (len(groups) if len(groups) > 1 else 0) + (1 if front else 0)
    figure, (axes,) = style.new_figure([1.9], entries)
    tradeoffs.scatter(axes, study, groups, x, y, front)
    style.title(figure, study.title(), study.facts)
    handles, labels = tradeoffs.group_handles(groups) if len(groups) > 1 else ([], [])
    if front:
        handles, labels = handles + [tradeoffs.front_handle()], labels + [tradeoffs.FRONT_LABEL]
    if handles:
        style.legend(figure, handles, labels)
    return figure


def against_parameter(study, x, figures):
    """All points, whatever else varies: a cloud, not a line."""
    return curves.draw(study, Slice(study.points, x, None, {}), figures, joined=False)
