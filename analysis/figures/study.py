"""Points that are looked at together: those of a sweep, or runs side by side.

`offramp plot` hands over a study as JSON:

    {"name": "thresholds", "facts": "300 raspberry_pi_4 with b_lenet_fashion, ...",
     "parameters": ["devices.0.count", ...],
     "points": [{"label": "...", "parameters": {"devices.0.count": "100"}, "replications": 3,
                 "latency_s.p95": {"value": 0.04, "ci95": [0.03, 0.05]}, ...}]}

Of runs a point has only "directory" and "parameters": the figures are those of its summary.
"""

import difflib
import json
from collections import Counter

import quantities
from run_directory import BadInput, Estimate

MOST_SERIES = 6
NO_FIGURES = ("label", "parameters", "replications", "point", "error")


class Point:
    def __init__(self, entry):
        self.label = str(entry.get("label", ""))
        self.parameters = {key: str(value) for key, value in entry.get("parameters", {}).items()}
        self.replications = entry.get("replications")
        self.error = entry.get("error")
        self.figures = {key: _estimate(value) for key, value in entry.items() if key not in NO_FIGURES}

    def value(self, key):
        estimate = self.figures.get(key)
        return estimate.value if estimate else None


class Axis:
    """A parameter's values over some points: their places on an axis, and what stands there."""

    def __init__(self, parameter, points):
        texts = sorted({point.parameters[parameter] for point in points}, key=_natural)
        numbers = quantities.measured(texts)
        self.parameter = parameter
        self.numeric = numbers is not None
        if numbers:
            self.unit = numbers[1]
            self.place = dict(zip(texts, numbers[0]))
            self.texts = sorted(texts, key=self.place.get)
        else:
            self.unit = ""
            self.texts = texts
            self.place = {text: float(i) for i, text in enumerate(texts)}
        self.label = quantities.with_unit(parameter, self.unit)

    def of(self, point):
        return self.place[point.parameters[self.parameter]]

    def tick(self, text):
        return quantities.short(self.place[text]) if self.numeric else text

    def looks_logarithmic(self):
        places = sorted(self.place.values())
        return self.numeric and len(places) >= 3 and places[0] > 0 and places[-1] / places[0] >= 20


class Slice:
    """The points of one figure: an x axis, a series for each value of `by`, and what was held."""

    def __init__(self, points, x, by, held):
        self.points, self.x, self.by, self.held = points, x, by, held

    def series(self):
        """[(label, points by x)], one without a label when nothing tells them apart."""
        if self.by is None:
            return [("", sorted(self.points, key=self.x.of))]
        groups = [(text, [point for point in self.points if point.parameters[self.by.parameter] == text])
                  for text in self.by.texts]
        return [(f"{self.by.parameter} = {text}", sorted(group, key=self.x.of)) for text, group in groups if group]

    def text(self):
        return ", ".join(f"{key} = {value}" for key, value in self.held.items())


class Study:
    def __init__(self, document):
        self.name = str(document.get("name", ""))
        self.facts = str(document.get("facts", ""))
        self._title = document.get("title")
        self.is_sweep = bool(document.get("sweep", False))
        self.points = [Point(entry) for entry in document.get("points", [])]
        self.parameters = [str(parameter) for parameter in document.get("parameters", [])]
        self.failed = sum(1 for point in self.points if point.error)

    @staticmethod
    def read(path):
        try:
            with open(path, encoding="utf-8") as file:
                return Study(json.load(file))
        except (OSError, ValueError, AttributeError) as error:
            raise BadInput(f"{path}: is no study: {error}") from None

    @staticmethod
    def of_variants(run, document=None):
        """Runs, or the variants of one, as points; a document adds how their scenarios differ."""
        document = document or {}
        told = {entry.get("directory"): entry.get("parameters", {}) for entry in document.get("points", [])}
        study = Study({"name": run.variants[0].name, "title": run.title(), "facts": document.get("facts", ""),
                       "parameters": document.get("parameters", [])})
        for variant in run.variants:
            entry = {"label": variant.label, "parameters": told.get(variant.folder, {}),
                     "replications": variant.summary.get("replications")}
            entry.update(_flattened(variant.summary))
            study.points.append(Point(entry))
        return study

    def title(self):
        if self._title:
            return self._title
        count = len(self.points)
        least, most = (f(point.replications or 1 for point in self.points) for f in (min, max))
        replications = f"{most}" if least == most else f"{least} to {most}"
        return f"{self.name}: {count} point{'' if count == 1 else 's'} of {replications} replication{'' if most == 1 else 's'}"

    def figure_names(self):
        return list(dict.fromkeys(key for point in self.points for key in point.figures))

    def check_figure(self, key, option):
        names = self.figure_names()
        if key not in names:
            raise BadInput(f'{option} {key}: is no figure of {self.name}{_suggestion(key, names)}; '
                           "analysis/metrics.md defines them all")
        if all(point.figures.get(key) is None for point in self.points):
            raise BadInput(f"{option} {key}: is undefined at every point of {self.name}")

    def varying(self):
        """Parameters that change, without those that change in step with an earlier one."""
        kept = []
        for parameter in self.parameters:
            texts = [point.parameters.get(parameter) for point in self.points]
            if None in texts or len(set(texts)) < 2:
                continue
            if not any(self._in_step(texts, other) for other in kept):
                kept.append(parameter)
        return kept

    def _in_step(self, texts, other):
        pairs = {(point.parameters[other], text) for point, text in zip(self.points, texts)}
        return len(pairs) == len(set(texts)) == len({point.parameters[other] for point in self.points})

    def check_parameter(self, key, option):
        if key not in self.parameters:
            raise BadInput(f"{option} {key}: is varied by nothing here{_suggestion(key, self.parameters)}")

    def slice(self, x=None, by=None, must_have_by=False):
        """The points that differ in x and by only; what else varies is held where most points are."""
        varying = self.varying()
        x = x or self._best_x(varying)
        if x is None:
            return None
        x_axis = Axis(x, self.points)
        others = [p for p in varying if p != x and not self._in_step([q.parameters[p] for q in self.points], x)]
        if by is None:
            fitting = [p for p in others if len({q.parameters[p] for q in self.points}) <= MOST_SERIES]
            by = max(fitting, key=lambda p: len({q.parameters[p] for q in self.points}), default=None)
            if must_have_by and by is None:
                by = others[0] if others else None
        rest = [p for p in others if p != by]
        held = Counter(tuple(point.parameters[p] for p in rest) for point in self.points).most_common(1)[0][0]
        points = [point for point in self.points if tuple(point.parameters[p] for p in rest) == held]
        return Slice(points, x_axis, Axis(by, points) if by else None, dict(zip(rest, held)))

    def is_grid(self):
        """Whether points share values: drawn at random, each has its own."""
        varying = self.varying()
        return all(len({point.parameters[p] for point in self.points}) < len(self.points) for p in varying) \
            or len(varying) == 1

    def _best_x(self, varying):
        numeric = [p for p in varying if Axis(p, self.points).numeric]
        return max(numeric or varying, key=lambda p: len({point.parameters[p] for point in self.points}), default=None)


def pareto_front(points, costs):
    """The points that no other beats; costs(point) is a list of numbers, less is better, None is never on it."""
    known = [(point, costs(point)) for point in points]
    known = [(point, cost) for point, cost in known if None not in cost]
    return [point for point, cost in known
            if not any(all(o <= c for o, c in zip(other, cost)) and other != cost for _, other in known)]


def _estimate(value):
    if value is None:
        return None
    if isinstance(value, dict):
        low, high = value["ci95"] if value.get("ci95") else (value["value"], value["value"])
        return Estimate(float(value["value"]), float(low), float(high))
    return Estimate(float(value), float(value), float(value)) if isinstance(value, (int, float)) else None


def _flattened(value, prefix=""):
    """{"latency_s": {"p95": estimate}} as {"latency_s.p95": estimate}; what is no figure is left out."""
    if isinstance(value, dict) and not ("value" in value and "ci95" in value):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    else:
        return {prefix: value} if not isinstance(value, (str, bool)) else {}
    flat = {}
    for key, inner in items:
        if key not in ("cdf", "name", "label", "seed", "replications"):
            flat.update(_flattened(inner, f"{prefix}.{key}" if prefix else str(key)))
    return flat


def _natural(text):
    number = quantities.number(text)
    return (0, number[0], text) if number else (1, 0.0, text)


def _suggestion(word, words):
    near = difflib.get_close_matches(word, words, 3, 0.5) or [w for w in words if word.split(".")[-1] in w][:3]
    if near:
        return f"; did you mean {' or '.join(near)}?"
    return f"; there are {', '.join(words)}" if 0 < len(words) <= 12 else ""
