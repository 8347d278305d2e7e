"""Rate against accuracy of codecs: what a coded image or feature costs, and what is then still named right."""

from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

import quantities
import style
import tradeoffs
from run_directory import BadInput, Estimate

SIZE = "uplink.payload_bytes_per_request"
PICTURE = "the picture itself"
SIZE_LABEL = "Mean size of a coded image or feature (B)"


class Coded:
    """One codec at one split: mean bytes and accuracy behind it, with intervals where they are known."""

    def __init__(self, codec, split, size, accuracy, family=None):
        self.codec, self.split, self.size, self.accuracy = codec, split, size, accuracy
        self.family = family  # codecs of one kind at several settings, which a line joins


def codec_parameter(study):
    """The parameter whose values are codecs, when several of them were tried."""
    return next((p for p in study.varying() if p.endswith("offload.codec")), None)


def of_study(study, parameter):
    """Each codec where the most points of a sweep hold all else equal."""
    part = study.slice(parameter)
    split_key = parameter.replace("offload.codec", "offload.from")
    coded = []
    for point in part.points:
        size, accuracy = point.figures.get(SIZE), point.figures.get(tradeoffs.ACCURACY)
        if size and accuracy:
            told = [f"{key} = {point.parameters[key]}" for key in (split_key, part.by and part.by.parameter)
                    if key in point.parameters]
            coded.append(Coded(point.parameters[parameter], ", ".join(dict.fromkeys(told)), size, accuracy))
    return coded


def of_evaluations(documents):
    """Several in one figure; pictures, which all could send, as the first network reads them.

    documents: (what `offramp evaluate` printed, its file's name)
    """
    coded, models = [], []
    for document, name in documents:
        model = document.get("model", name)
        models.append(model)
        for one in _coded_of(document, name):
            if one.split == PICTURE and document is not documents[0][0]:
                continue
            one.split = one.split if one.split == PICTURE else f"{model}, {one.split}"
            coded.append(one)
    data = dict.fromkeys(document.get("data", "its data") for document, _ in documents)
    if len(data) > 1:
        raise BadInput(f"{', '.join(name for _, name in documents)}: are of {' and '.join(data)}; "
                       "accuracy can be held together on the same data alone")
    facts = f"{documents[0][0].get('images', '?')} images of {next(iter(data))}, final exit"
    return draw("Codecs of " + ", ".join(dict.fromkeys(models)), facts, coded, SIZE_LABEL, _uncoded(documents[0][0]))


def of_evaluation(document, name):
    return draw(f"{document.get('model', name)}: codecs",
                f"{document.get('images', '?')} images of {document.get('data', 'its data')}, final exit",
                _coded_of(document, name), SIZE_LABEL, _uncoded(document))


def _uncoded(document):
    reference = next((entry["accuracy_f32"] for entry in document["codecs"] if entry.get("accuracy_f32")), None)
    return ("nothing coded", reference) if reference else None


def _coded_of(document, name):
    coded = []
    for entry in document["codecs"]:
        if None not in (entry.get("bytes_per_image"), entry.get("accuracy")):
            size, accuracy = entry["bytes_per_image"], entry["accuracy"]
            # The interval of the loss, which is paired image by image with what no codec touched.
            loss = entry.get("loss") or 0.0
            low, high = entry.get("loss_ci95") or (loss, loss)
            split = PICTURE if entry["split"] == "input" else f"split at {entry['split']}"
            coded.append(Coded(entry["codec"], split, Estimate(size, size, size),
                               Estimate(accuracy, accuracy - (high - loss), accuracy + (loss - low)),
                               entry.get("family")))
    if not coded:
        raise BadInput(f"{name}: has no codecs; make it with: offramp evaluate MODEL --codecs --json > {name}")
    return coded


def draw(name, facts, coded, size_label, reference=None):
    """reference: (label, accuracy) of what no codec touches."""
    splits = list(dict.fromkeys(one.split for one in coded))
    figure, (axes,) = style.new_figure([2.1], (len(splits) if len(splits) > 1 else 0) + (1 if reference else 0))
    handles, labels = [], []
    for i, split in enumerate(splits):
        points = sorted((one for one in coded if one.split == split), key=lambda one: one.size.value)
        for family in dict.fromkeys(point.family for point in points):
            line = [point for point in points if point.family == family]
            axes.plot([p.size.value for p in line], [100 * p.accuracy.value for p in line], color=style.colour(i),
                      linewidth=0.6, linestyle=style.dashes(i), zorder=1)
        for point in points:
            axes.errorbar([point.size.value], [100 * point.accuracy.value], xerr=point.size.error_bars(),
                          yerr=point.accuracy.error_bars(100), color=style.colour(i), marker=style.marker(i),
                          markersize=4, markeredgecolor="white", markeredgewidth=0.5, elinewidth=0.6, capsize=1.5,
                          linestyle="none", zorder=3)
        handles.append(tradeoffs.group_handles([(split, [])] * (i + 1))[0][i])
        labels.append(split)
    if reference:
        handles.append(axes.axhline(100 * reference[1], color="#555555", linestyle=":", linewidth=0.9))
        labels.append(reference[0])
    _size_axis(axes, [one.size.value for one in coded])
    axes.margins(y=0.15)
    axes.set_xlabel(size_label)
    axes.set_ylabel("Top-1 accuracy (%)")
    _name_points(figure, axes, coded)
    style.title(figure, name, facts)
    shown = slice(None) if len(splits) > 1 else slice(len(splits), None)
    style.legend(figure, handles[shown], labels[shown])
    return figure


def _size_axis(axes, sizes):
    if min(sizes) > 0:
        axes.set_xscale("log")
        axes.set_xlim(min(sizes) / 1.35, max(sizes) * 1.6)
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.xaxis.set_minor_formatter(NullFormatter())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: quantities.short(value)))


def _name_points(figure, axes, coded):
    """Each name beside its point, on the first of eight sides where it hides no other."""
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    taken = [axes.transData.transform((one.size.value, 100 * one.accuracy.value)) for one in coded]
    boxes = []
    inside = axes.get_window_extent(renderer)
    for one in sorted(coded, key=lambda one: -one.accuracy.value):
        for dx, dy, ha, va in ((4, 3, "left", "bottom"), (4, -3, "left", "top"), (-4, 3, "right", "bottom"),
                               (-4, -3, "right", "top"), (0, 7, "center", "bottom"), (0, -7, "center", "top"),
                               (12, 11, "left", "bottom"), (12, -11, "left", "top")):
            text = axes.annotate(one.codec, (one.size.value, 100 * one.accuracy.value), xytext=(dx, dy),
                                 textcoords="offset points", ha=ha, va=va, fontsize=5.5)
            box = text.get_window_extent(renderer)
            free = not any(box.overlaps(other) for other in boxes) and not any(
                box.x0 < x < box.x1 and box.y0 < y < box.y1 for x, y in taken)
            if free and inside.x0 <= box.x0 and box.x1 <= inside.x1 and inside.y0 <= box.y0 and box.y1 <= inside.y1:
                boxes.append(box)
                break
            text.remove()
