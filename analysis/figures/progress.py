"""A line on a terminal that says what is being done and how far it is; nothing anywhere else."""

import sys
import time

SILENT_S = 0.5


class Progress:
    def __init__(self, total):
        self._total, self._done = total, 0
        self._begin, self._dirty = time.monotonic(), False

    def __enter__(self):
        return self

    def step(self, what):
        """One more begins."""
        elapsed = time.monotonic() - self._begin
        if sys.stderr.isatty() and elapsed > SILENT_S:
            left = f", {elapsed / self._done * (self._total - self._done):.0f} s left" if self._done else ""
            sys.stderr.write(f"\r\x1b[K{what} ({self._done + 1} of {self._total}{left})")
            sys.stderr.flush()
            self._dirty = True
        self._done += 1

    def __exit__(self, *_):
        if self._dirty:
            sys.stderr.write("\r\x1b[K")
