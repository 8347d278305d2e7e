"""Makes steps.txt: an uplink that jumps between rates, in Mahimahi's format. Made, not measured.

    python3 scenarios/traces/make_steps.py > scenarios/traces/steps.txt

One of five rates holds for an exponential time of 0.8 s on average (at least 0.1 s), then another; 30 s in all.
"""

import random

RATES_MBPS = [0, 0.3, 1, 3, 6]
MEAN_S, LEAST_S, LENGTH_MS = 0.8, 0.1, 30_000
BITS = 8 * 1500

generator = random.Random(1)
at_ms, credit, rate = 0, 0.0, 3.0
while at_ms < LENGTH_MS:
    until_ms = at_ms + round(1000 * max(LEAST_S, generator.expovariate(1 / MEAN_S)))
    while at_ms < min(until_ms, LENGTH_MS):
        at_ms += 1
        credit += rate * 1000 / BITS
        while credit >= 1:
            print(at_ms)
            credit -= 1
    rate = generator.choice([other for other in RATES_MBPS if other != rate])
print(LENGTH_MS)
