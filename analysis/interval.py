"""The 95 % interval of a mean, for the tables of this folder (the simulator's own: analysis/stats/estimate.hpp)."""

import math


def t_quantile(freedom):
    """Of Student's t at 0.975, by integrating its density."""
    scale = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)) / math.sqrt(freedom * math.pi)
    step, at, area = 1e-4, 0.0, 0.5
    while area < 0.975:
        area += step * scale * (1 + (at + step / 2) ** 2 / freedom) ** (-(freedom + 1) / 2)
        at += step
    return at


def mean_interval(values):
    """Mean, and half the width of its interval by Student's t; of two values or more."""
    mean = sum(values) / len(values)
    deviation = math.sqrt(sum((value - mean) ** 2 for value in values) / (len(values) - 1))
    return mean, t_quantile(len(values) - 1) * deviation / math.sqrt(len(values))
