"""What devices sent, in windows of a second."""

import math


class DeviceRates:
    """Wire bytes that each device sent in each window of 1 s; a message's are spread over its way up."""

    def __init__(self, devices, start_s, windows):
        self.devices, self.start_s, self.windows = devices, start_s, windows
        self._bytes = {}  # device -> window -> bytes

    def add(self, device, from_s, to_s, wire_bytes):
        first = math.floor(from_s - self.start_s)
        last = math.floor(to_s - self.start_s)
        sent = self._bytes.setdefault(device, {})
        for window in range(max(first, 0), min(last, self.windows - 1) + 1):
            begin, end = self.start_s + window, self.start_s + window + 1
            share = 1.0 if to_s <= from_s else (min(end, to_s) - max(begin, from_s)) / (to_s - from_s)
            sent[window] = sent.get(window, 0.0) + wire_bytes * share

    def starts_s(self):
        return [self.start_s + window for window in range(self.windows)]

    def series(self, device):
        """bit/s, a window each."""
        sent = self._bytes.get(device, {})
        return [8 * sent.get(window, 0.0) for window in range(self.windows)]

    def median_device(self):
        """The device that sent neither much nor little; of equals the first."""
        totals = sorted((sum(self._bytes.get(d, {}).values()), d) for d in range(self.devices))
        middle = totals[(len(totals) - 1) // 2][0]
        return min(device for total, device in totals if total == middle)

    def percentile(self, p):
        """Over all windows of all devices, those in which nothing was sent among them (type 7)."""
        rates = sorted(8 * value for sent in self._bytes.values() for value in sent.values())
        zeros = self.devices * self.windows - len(rates)
        h = (zeros + len(rates) - 1) * p
        low, high = (rates[i - zeros] if i >= zeros else 0.0 for i in (math.floor(h), math.ceil(h)))
        return low + (h - math.floor(h)) * (high - low)
