"""The parts of the page, in the order in which they are read."""

import base64
import json
import math
import os
import shlex
from html import escape

import quantities
import warnings_found
from study import Axis

HERE = os.path.dirname(os.path.abspath(__file__))
CAPTIONS = {
    "latency": "How latency is distributed; markers are the median and the 95 % quantile.",
    "breakdown": "Where the latency of each exit's requests goes, on average.",
    "transfer_rate": "Rate on all uplinks together, over time.",
    "device_rate": "Rate of one device over time, beside percentiles over all devices.",
    "exits": "Who answers at which exit, and how often that is right.",
    "tradeoffs": "Accuracy against bytes, latency and energy; filled points are beaten by no other.",
    "curves": "Figures over the axes of the sweep; bands are 95 % intervals.",
    "scatter": "Figures over the axes of the sweep.",
    "heat_map": "The same over two axes at once.",
    "codecs": "What codecs cost, and what is then still named right.",
}
USUAL = ("latency_s.p95", "accuracy.top1", "uplink.payload_bytes_per_request", "energy_j.per_request")


def of_run(run, document, pictures):
    main = run.variants[0]
    body = [
        _head(run.title(), document.get("facts", "")),
        _warnings(warnings_found.of_run(run, document)),
        _section("Results", _results_table(document["table"])),
        _section("What limits the system",
                 f'<div class="columns">{"".join(_loads(variant) for variant in run.variants)}</div>'),
        _section("Figures", _pictures(pictures)),
        _section("What was simulated", _origin(document.get("origin", {}), main.summary.get("seed"))
                 + _scenario(document.get("scenario", ""))),
        _section("Run it again", _again(run.folder)),
    ]
    return _document(run.title(), "".join(body), "")


def of_sweep(study, document, pictures):
    body = [
        _head(study.title(), study.facts),
        _warnings(warnings_found.of_sweep(study)),
        _section("Points", _explorer(study)),
        _section("Figures", _pictures(pictures)),
        _section("What was simulated", _axes(study) + _origin(document.get("origin", {}), None)
                 + _scenario(document.get("scenario", ""), "The scenario of the first point, with every default")),
        _section("Run it again", _sweep_again(document)),
    ]
    return _document(study.title(), "".join(body), _data(study))


def _document(title, body, data):
    parts = {name: _read(name) for name in ("page.css", "page.js")}
    script = f'<script id="data" type="application/json">{data}</script><script>{parts["page.js"]}</script>' if data else ""
    return ('<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            # Nothing is fetched from anywhere, whatever a browser would like to.
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; "
            "style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n"
            f"<title>{escape(title)}</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>{parts['page.css']}</style>\n"
            f"</head>\n<body>\n<main>\n{body}</main>\n{script}\n</body>\n</html>\n")


def _read(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as file:
        return file.read()


def _head(title, facts):
    return f"<header><h1>{escape(title)}</h1><p class=\"facts\">{escape(facts)}</p></header>\n"


def _section(title, content):
    name = title.lower().replace(" ", "-")
    return f'<section id="{name}"><h2>{escape(title)}</h2>\n{content}</section>\n'


def _warnings(found):
    if not found:
        return '<p class="fine">Nothing here warns: every resource carries its load, and the intervals are narrow.</p>\n'
    items = "".join(f"<li>{escape(text)}</li>" for text in found)
    return f'<div class="warnings" role="note"><h2>Read this first</h2><ul>{items}</ul></div>\n'


def _results_table(table):
    head = "".join(f'<th scope="col">{escape(label)}</th>' for label in table["columns"])
    rows = []
    for title, *cells in table["rows"]:
        inner = ' class="part"' if title.startswith(" ") else ""
        values = "".join(f"<td>{_value(cell)}</td>" for cell in cells)
        rows.append(f'<tr{inner}><th scope="row">{escape(title.strip())}</th>{values}</tr>')
    return (f'<div class="wide"><table class="results"><thead><tr><td></td>{head}</tr></thead><tbody>{"".join(rows)}'
            "</tbody></table></div><p class=\"note\">\u00b1 is half of a 95 % interval.</p>\n")


def _value(cell):
    value, mark, half = cell.partition(" \u00b1")
    return f'{escape(value)} <span class="half">\u00b1{escape(half)}</span>' if mark else escape(cell)


def _loads(variant):
    """A bar a resource: what it is asked for, of what it can do."""
    stability = variant.summary.get("stability")
    if not stability:
        return f"<p>{escape(variant.label)}: what its resources are asked for is not known.</p>"
    bars = []
    for resource, load in stability["load"].items():
        state = "over" if load >= 1 else "near" if load >= 0.8 else ""
        bars.append(f'<div class="load {state}"><span class="what">{escape(resource)}</span><span class="bar">'
                    f'<span style="width:{min(100.0, 100 * load):.1f}%"></span></span>'
                    f'<span class="number">{_percent(load)}</span></div>')
    bottleneck = stability["bottleneck"]
    load = stability["load"][bottleneck]
    words = (f"The {bottleneck} is asked for {_percent(load)} of what it can do: queues grow until they are full."
             if load >= 1 else f"The {bottleneck} is asked for most: {_percent(load)} of what it can do.")
    return f'<div class="loads"><h3>{escape(variant.label)}</h3><p>{escape(words)}</p>{"".join(bars)}</div>'


def _percent(share):
    if 0 < share < 0.001:
        return "< 0.1 %"
    return f"{100 * share:,.0f} %" if share >= 1 or share == 0 else f"{100 * share:.1f} %"


def _pictures(pictures):
    figures = []
    for name, svg in pictures:
        source = "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
        caption = escape(CAPTIONS.get(name, name))
        figures.append(f'<figure><img src="{source}" alt="{caption}"><figcaption>{caption}</figcaption></figure>')
    return f'<div class="figures">{"".join(figures)}</div>\n'


def _origin(origin, seed):
    rows = [("Seed", seed)] if seed is not None else []
    rows += [(name, value) for name, value in origin.items()]
    items = "".join(f"<dt>{escape(str(name))}</dt><dd>{escape(str(value))}</dd>" for name, value in rows)
    return f"<dl>{items}</dl>"


def _scenario(text, title="The scenario, with every default"):
    return f"<details><summary>{escape(title)}</summary><pre>{escape(text)}</pre></details>" if text else ""


def _axes(study):
    rows = []
    for parameter in study.parameters:
        texts = Axis(parameter, study.points).texts
        shown = ", ".join(texts) if len(texts) <= 12 else f"{texts[0]} to {texts[-1]}, {len(texts)} values"
        rows.append(f'<tr><th scope="row">{escape(parameter)}</th><td>{escape(shown)}</td></tr>')
    return f'<div class="wide"><table class="axes"><tbody>{"".join(rows)}</tbody></table></div>'


def _again(folder):
    scenario = shlex.quote(os.path.join(folder, "scenario.yaml"))
    return (f"<pre>offramp run {escape(scenario)} --out again\nofframp compare {escape(shlex.quote(folder))} again</pre>"
            "<p>The same build gives the same bytes; the resolved scenario holds every default and the seed.</p>\n")


def _sweep_again(document):
    store = escape(shlex.quote(document.get("store", "sweep.sqlite")))
    return ("<p>The command that made the sweep goes on where it was, and has nothing left to do when all is stored. One "
            f"point alone:</p><pre>sqlite3 {store} 'select scenario from points where point = 0' &gt; point.yaml\n"
            "offramp run point.yaml</pre>\n")


def _explorer(study):
    shown = [key for key in USUAL if any(point.figures.get(key) for point in study.points)]
    rows = "".join(_static_row(study, point, shown) for point in study.points)
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in study.parameters + [_with_unit(study, k) for k in shown])
    return (
        '<div class="controls" hidden><label>Across <select id="x"></select></label>'
        '<label>Up <select id="y"></select></label><label>Colour <select id="colour"></select></label></div>'
        '<div id="chart" hidden></div><p id="legend" class="note"></p><div id="tip" role="status" hidden></div>'
        '<div class="controls" hidden><label class="grow">Filter <input id="filter" type="search" '
        'placeholder="devices.0.count >= 200 and accuracy.top1 > 0.9" spellcheck="false" autocomplete="off"></label>'
        '<label>Add a figure <select id="more"></select></label></div><p id="count" class="note" aria-live="polite"></p>'
        f'<div class="wide"><table id="point-table"><thead><tr><th scope="col">point</th>{heads}</tr></thead><tbody>{rows}'
        "</tbody></table></div>\n")


def _static_row(study, point, shown):
    """What stands there before the script runs, and where none may."""
    cells = [point.parameters.get(name, "") for name in study.parameters]
    for key in shown:
        factor, _ = _unit(study, key)
        estimate = point.figures.get(key)
        cells.append(quantities.short(estimate.value * factor) if estimate else "-")
    number = f'<th scope="row">{study.points.index(point)}</th>'
    return f'<tr>{number}{"".join(f"<td>{escape(cell)}</td>" for cell in cells)}</tr>'


def _unit(study, key):
    return quantities.unit_of(key, [point.value(key) for point in study.points])


def _with_unit(study, key):
    return quantities.with_unit(quantities.label(key), _unit(study, key)[1])


def _data(study):
    keys = [key for key in study.figure_names() if any(point.figures.get(key) for point in study.points)]
    figures = []
    for key in keys:
        factor, unit = _unit(study, key)
        figures.append({"key": key, "label": quantities.with_unit(quantities.label(key), unit), "factor": factor})
    parameters = []
    for name in study.parameters:
        axis = Axis(name, study.points)
        parameters.append({"key": name, "label": axis.label, "numeric": axis.numeric, "place": axis.place})
    points = [{"number": i, "parameters": [point.parameters.get(name, "") for name in study.parameters],
               "figures": [_triple(point.figures.get(figure["key"]), figure["factor"]) for figure in figures],
               "error": point.error} for i, point in enumerate(study.points)]
    text = json.dumps({"parameters": parameters, "figures": figures, "points": points,
                       "shown": [key for key in USUAL if key in keys]}, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")  # whatever stands in a name, it neither ends the script nor comments its end out


def _triple(estimate, factor):
    if estimate is None or not math.isfinite(estimate.value):
        return None
    return [float(f"{value * factor:.6g}") for value in (estimate.value, estimate.low, estimate.high)]
