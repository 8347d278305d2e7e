"""Which figures fit what is there: (name, function that draws it), in the order of a report."""

import codecs_figure
import curves
import device_rate
import breakdown
import exits
import heat_map
import latency
import quantities
import scatter
import tradeoffs
import transfer_rate
from run_directory import BadInput
from study import MOST_SERIES, Axis

USUAL = ("latency_s.p95", "accuracy.top1", "uplink.payload_bytes_per_request", "energy_j.per_request")


def of_runs(run, study):
    """Of one run with its variants, or of several."""
    chosen = [("latency", lambda: latency.draw(run))]
    if breakdown.has_data(run):
        chosen.append(("breakdown", lambda: breakdown.draw(run)))
    chosen.append(("transfer_rate", lambda: transfer_rate.draw(run)))
    if device_rate.has_data(run):
        chosen.append(("device_rate", lambda: device_rate.draw(run)))
    chosen.append(("exits", lambda: exits.draw(run)))
    if tradeoffs.has_data(study):
        chosen.append(("tradeoffs", lambda: tradeoffs.draw(study)))
    return chosen


def of_sweep(study, figures=()):
    """figures: instead of the usual ones."""
    usual = [key for key in figures or USUAL if any(point.figures.get(key) for point in study.points)]
    chosen = []
    part = study.slice()
    if usual and part:
        if study.is_grid():
            chosen.append(("curves", lambda: curves.draw(study, part, usual)))
        else:
            chosen.append(("scatter", lambda: scatter.against_parameter(study, part.x, usual)))
    square = study.slice(must_have_by=True) if part and study.is_grid() else None
    if usual and square and square.by and len(square.x.texts) > 1 and len(square.by.texts) > 1:
        chosen.append(("heat_map", lambda: heat_map.draw(study, square, usual)))
    if tradeoffs.has_data(study):
        chosen.append(("tradeoffs", lambda: tradeoffs.draw(study)))
    codec = codecs_figure.codec_parameter(study)
    coded = codecs_figure.of_study(study, codec) if codec else []
    if len(coded) > 1:
        chosen.append(("codecs", lambda: codecs_figure.draw(
            study.title(), study.facts, coded, quantities.with_unit(quantities.label(codecs_figure.SIZE), "B"))))
    return chosen


def of_ones_own(study, x, y, by):
    """The figures that --x, --y and --by ask for: curves over a parameter, or one figure against another."""
    for key in y:
        study.check_figure(key, "--y")
    if by:
        study.check_parameter(by, "--by")
        several = len({point.parameters[by] for point in study.points})
        if several > MOST_SERIES:
            raise BadInput(f"--by {by}: has {several} values, and {MOST_SERIES} can be told apart; "
                           f"leave some out, for example with --filter '{by} <= {Axis(by, study.points).texts[5]}'")
    if x in study.parameters:
        if x == by:
            raise BadInput(f"--by {by}: is the x axis already; name another parameter")
        part = study.slice(x, by)
        draw = (lambda: curves.draw(study, part, list(y))) if study.is_grid() or not study.is_sweep else (
            lambda: scatter.against_parameter(study, part.x, list(y)))
        return [(f"{_joined(y)}-by-{x}", draw)]
    if x not in study.figure_names():
        known = study.varying() + list(USUAL)
        raise BadInput(f"--x {x}: is neither a parameter that varies here nor a figure; "
                       f"there are {', '.join(known)} and the others of analysis/metrics.md")
    study.check_figure(x, "--x")
    return [(f"{key}-by-{x}", lambda key=key: scatter.of_figures(study, x, key, by)) for key in y]


def of_evaluations(documents):
    """What `offramp evaluate --codecs --json` printed, and the files' names: one, or several side by side."""
    if len(documents) > 1:
        return [("codecs", lambda: codecs_figure.of_evaluations(documents))]
    return [("codecs", lambda: codecs_figure.of_evaluation(*documents[0]))]


def _joined(keys):
    return "-".join(keys) if len(keys) <= 2 else f"{len(keys)}-figures"
