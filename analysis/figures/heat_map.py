"""Figures over two axes, a map each; cells say their value and half of their 95 % interval."""

import matplotlib

import quantities
import style

LEFT_IN, RIGHT_IN = 0.36, 0.62  # left: without the tick labels
COLOURS = "cividis"  # even in grey, and to the colour-blind
CELL_TEXT_IN = 0.34


def draw(study, part, figures):
    y_labels = [part.by.tick(text) for text in part.by.texts]
    height_in = min(2.6, max(0.9, 0.24 * len(y_labels)))
    left_in = LEFT_IN + min(0.9, max(style.width_of(text, 7) for text in y_labels))
    figure, panels = style.new_figure([height_in] * len(figures), 0, gap_in=0.24, left_in=left_in, right_in=RIGHT_IN,
                                      top_in=style.TITLE_IN + 0.13)
    for panel, key in zip(panels, figures):
        _map(figure, panel, part, key, y_labels, left_in)
    panels[-1].set_xlabel(style.fitted(part.x.label, 2.6, 7.5))
    style.title(figure, study.title(), part.text() or study.facts)
    return figure


def _map(figure, axes, part, key, y_labels, left_in):
    at = {(p.parameters[part.x.parameter], p.parameters[part.by.parameter]): p.figures.get(key) for p in part.points}
    known = [e for e in at.values() if e]
    factor, unit = quantities.unit_of(key, [e.value for e in known])
    values = [[at[x, y].value * factor if at.get((x, y)) else float("nan") for x in part.x.texts]
              for y in part.by.texts]
    image = axes.pcolormesh(values, cmap=COLOURS, edgecolors="white", linewidth=0.6)
    axes.set_facecolor("#f2f2f2")
    axes.grid(visible=False)
    axes.set_xticks([i + 0.5 for i in range(len(part.x.texts))], [part.x.tick(text) for text in part.x.texts])
    axes.set_yticks([i + 0.5 for i in range(len(y_labels))], [style.fitted(text, left_in - LEFT_IN + 0.01, 7) for text in y_labels])
    axes.set_ylabel(style.fitted(part.by.label, axes.get_position().height * figure.get_figheight() + 0.2, 6),
                    fontsize=6)
    axes.set_title(quantities.with_unit(quantities.label(key), unit), fontsize=7, pad=3)
    box = axes.get_position()
    bar = figure.add_axes((box.x1 + 0.06 / style.WIDTH_IN, box.y0, 0.08 / style.WIDTH_IN, box.height))
    figure.colorbar(image, cax=bar)
    bar.tick_params(labelsize=6, width=0.5, length=2)
    bar.grid(visible=False)
    bar.yaxis.set_major_formatter(matplotlib.ticker.FuncFormatter(quantities.tick))
    if (style.WIDTH_IN - left_in - RIGHT_IN) / len(part.x.texts) >= CELL_TEXT_IN:
        _cell_texts(axes, part, at, factor, image)


def _cell_texts(axes, part, at, factor, image):
    for row, y in enumerate(part.by.texts):
        for column, x in enumerate(part.x.texts):
            estimate = at.get((x, y))
            if not estimate:
                axes.text(column + 0.5, row + 0.5, "-", ha="center", va="center", fontsize=6)
                continue
            red, green, blue, _ = image.cmap(image.norm(estimate.value * factor))
            dark = 0.299 * red + 0.587 * green + 0.114 * blue < 0.5
            half = (estimate.high - estimate.low) / 2 * factor
            text = quantities.short(estimate.value * factor) + (f"\n\u00b1{_one_digit(half)}" if half > 0 else "")
            axes.text(column + 0.5, row + 0.5, text, ha="center", va="center", fontsize=5.5, linespacing=0.95,
                      color="white" if dark else "black")


def _one_digit(half):
    return f"{half:.0f}" if half >= 1 else f"{half:.1g}"
