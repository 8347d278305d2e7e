"""Mean latency of each exit's requests, split into the stages that they pass."""

import math

from matplotlib.patches import Patch

import quantities
import style

# Waits are light, work is dark, transfers are hatched; neighbours differ in grey.
STAGES = (
    ("device_queue", "queue on the device", "#cccccc", ""),
    ("device_compute", "compute on the device", "#004488", ""),
    ("device_encode", "encode", "#99bbdd", "\\\\\\\\"),
    ("transfer_up", "transfer up", "#ddaa33", "////"),
    ("gateway", "gateway", "#117733", ""),
    ("gateway_transfer", "gateway to cloud", "#eecc66", "////"),
    ("cloud_decode", "decode", "#ddbbcc", "\\\\\\\\"),
    ("cloud_queue", "queue in the cloud", "#eeeeee", "...."),
    ("cloud_compute", "compute in the cloud", "#bb5566", ""),
    ("transfer_down", "answer down", "#997700", "////"),
)
ROW_IN = 0.30
LEFT_IN = 1.1
MOST_APART = 8  # where ways differ by more, bars are shares: the shortest would not be seen


def has_data(run):
    return any(exit.get("stages_s") for variant in run.variants for exit in variant.find("exits"))


def draw(run):
    rows = [(variant, k) for variant in run.variants for k in range(len(variant.find("exits")))
            if (share := variant.estimate(f"exits.{k}.share")) and share.value > 0 and _stages(variant, k)]
    totals = [sum(e.value for e in _stages(variant, k).values()) for variant, k in rows]
    as_shares = _far_apart([total for (v, k), total in zip(rows, totals) if _stages(v, k)["transfer_up"].value > 0])
    factor, unit = (100.0, "%") if as_shares else quantities.unit_of("latency_s.mean", totals)
    shown = [stage for stage in STAGES
             if any(_stages(v, k)[stage[0]].value > 0.002 * (total if as_shares else max(totals))
                    for (v, k), total in zip(rows, totals))]
    columns = 4 if style.is_wide() else 2
    figure, (axes,) = style.new_figure([0.12 + ROW_IN * max(1, len(rows))], 0, left_in=LEFT_IN, right_in=0.16,
                                       legend_rows=math.ceil(len(shown) / columns))
    for row, (variant, k) in enumerate(rows):
        at, reach = 0.0, 0.0
        scale = factor / totals[row] if as_shares else factor
        for key, _, colour, hatch in STAGES:
            stage = _stages(variant, k)[key]
            axes.barh(row, stage.value * scale, 0.62, at, color=colour, hatch=hatch, edgecolor="#444444",
                      linewidth=0.3)
            at += stage.value * scale
            reach = max(reach, at)
            if stage.high > stage.low and stage.value * scale > 0.002 * (100 if as_shares else max(totals) * factor):
                axes.errorbar([at], [row], xerr=stage.error_bars(scale), color="#222222", capsize=1.5,
                              elinewidth=0.7, capthick=0.7, linestyle="none")
                reach = max(reach, at + (stage.high - stage.value) * scale)
        axes.annotate(quantities.plain_time(totals[row]), (reach, row), xytext=(5, 0), textcoords="offset points",
                      va="center", fontsize=6)
    axes.set_yticks(range(len(rows)), [_row_label(run, variant, k) for variant, k in rows], fontsize=6.5)
    axes.set_ylim(len(rows) - 0.45, -0.55)
    axes.set_xlim(0, 100 * 1.2 if as_shares else max(totals, default=1) * factor * 1.2 or 1)
    if as_shares:
        axes.set_xticks([0, 25, 50, 75, 100])
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("Share of the mean latency (%)" if as_shares else f"Mean latency of an exit's requests ({unit})")
    style.title(figure, run.title(), run.facts)
    handles = [Patch(facecolor=colour, hatch=hatch, edgecolor="#444444", linewidth=0.3) for _, _, colour, hatch in shown]
    figure.legend(handles, [name for _, name, _, _ in shown], loc="lower center", bbox_to_anchor=(0.5, 0.0),
                  ncol=columns, borderaxespad=0.15, labelspacing=0.25, handlelength=1.8,
                  columnspacing=1.2)
    return figure


def _far_apart(totals):
    return bool(totals) and max(totals) > MOST_APART * min(totals)


def _stages(variant, k):
    """Each stage's estimate; nothing where no request completed by this exit, or an older version ran."""
    found = variant.find("exits")[k].get("stages_s") or {}
    estimates = {key: variant.estimate(f"exits.{k}.stages_s.{key}") for key, *_ in STAGES if found.get(key)}
    return estimates if len(estimates) == len(STAGES) else {}


def _row_label(run, variant, k):
    share = 100 * variant.estimate(f"exits.{k}.share").value
    name = style.fitted(variant.label, LEFT_IN - 0.15, 6.5) + "\n" if len(run.variants) > 1 else ""
    return f"{name}exit {k}: {share:.3g} %"
