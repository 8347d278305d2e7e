"""What a reader should know before believing a figure."""

import math

FEW_REPLICATIONS = 5
FEW_IMAGES = 2000
NOT_SERVED = 0.01
WIDE_ACCURACY = 0.015


def of_run(run, document):
    found = list(document.get("notes", []))
    main = run.variants[0]
    replications = main.summary.get("replications") or 0
    if replications < 2:
        found.append("One replication: there are no intervals, and nothing says how much chance is in a figure. "
                     "Run it with --replications 5 or more.")
    elif replications < FEW_REPLICATIONS:
        found.append(f"{replications} replications: intervals from so few are wide and uncertain themselves. "
                     "Run it with --replications 5 or more.")
    for variant in run.variants:
        found += _not_served(variant)
    for model, images in (document.get("test_images") or {}).items():
        if images < FEW_IMAGES:
            p = main.estimate("accuracy.top1")
            error = 196 * math.sqrt(max(p.value * (1 - p.value), 0.0) / images) if p else 0
            found.append(f"The accuracy of {model} is measured on {images:,} images only"
                         + (f": other images of the same kind would give up to \u00b1{error:.1f} points." if error else "."))
    return found


def of_sweep(study):
    found = []
    if study.failed:
        found.append(f"{study.failed} of {len(study.points)} points failed, in part or wholly: "
                     f"{next(point.error for point in study.points if point.error)}")
    least = min((point.replications or 0 for point in study.points), default=0)
    if least < 2:
        found.append("Some points have one replication only, and so no interval.")
    elif least < FEW_REPLICATIONS:
        found.append(f"{least} replications a point: intervals from so few are wide and uncertain themselves.")
    unstable = [point for point in study.points if point.value("stability.stable") == 0]
    if unstable:
        found.append(f"{len(unstable)} of {len(study.points)} points are unstable: a resource is asked for more than it "
                     "can do, and their latencies say how long the run and its queues are.")
    wide = [e for point in study.points if (e := point.figures.get("accuracy.top1"))
            and (e.high - e.low) / 2 > WIDE_ACCURACY]
    if wide:
        worst = max((e.high - e.low) / 2 for e in wide)
        found.append(f"Accuracy is uncertain by up to \u00b1{100 * worst:.1f} points: few images or few replications.")
    return found


def _not_served(variant):
    requests = variant.summary.get("requests") or {}
    offered = requests.get("offered") or 0
    found = []
    for key, words in (("dropped", "were dropped by full queues"), ("lost", "were lost without an answer"),
                       ("in_flight", "had no answer when the simulation ended")):
        count = requests.get(key) or 0
        if offered and count > NOT_SERVED * offered:
            found.append(f"{variant.label}: {100 * count / offered:.3g} % of the requests {words}; the latencies of the "
                         "others flatter the system.")
    return found
