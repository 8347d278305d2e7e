"""Claims about analysis/figures/plot.py, checked on run directories made by hand."""

import contextlib
import importlib.util
import io
import json
import os
import subprocess
import sys
import tempfile
import unittest

SKIPPED = 77
PLOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "analysis", "figures", "plot.py")
FILES = sorted(f"{name}.{suffix}" for name in ("latency", "transfer_rate", "exits") for suffix in ("png", "svg"))


def estimate(value):
    return {"value": value, "ci95": [value * 0.9, value * 1.1]}


def summary(**changes):
    made = {
        "name": "by_hand", "devices": 3, "replications": 2,
        "latency_s": {"mean": estimate(0.02), "p50": estimate(0.02), "p95": estimate(0.03), "p99": estimate(0.04),
                      "cdf": {"p": [0, 0.5, 0.95, 1], "value": [0.01, 0.02, 0.03, 0.05]}},
        "exits": [{"share": estimate(0.75), "accuracy": estimate(0.9), "where": "device"},
                  {"share": estimate(0.25), "accuracy": None, "where": "cloud"}],
        "uplink": {"rate_bps": {"mean": estimate(1000), "p95": estimate(2000), "peak": estimate(2000)}},
    }
    made.update(changes)
    return made


class Figures(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="offramp-figures-")
        self.addCleanup(scratch.cleanup)
        self.run_dir = os.path.join(scratch.name, "run")
        self.make(self.run_dir, summary())

    def make(self, folder, content, rates="0,1,0\n0,2,2000\n1,1,500\n"):
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "summary.json"), "w", encoding="utf-8") as file:
            file.write(content if isinstance(content, str) else json.dumps(content))
        with open(os.path.join(folder, "transfer_rate.csv"), "w", encoding="utf-8") as file:
            file.write("replication,window_start_s,uplink_bps\n" + rates)

    def plot(self, *folders):
        """As the program does, but in this process: importing matplotlib anew takes most of a second."""
        import plot
        output, errors = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
            code = plot.main(list(folders) or [self.run_dir])
        return subprocess.CompletedProcess([], code, output.getvalue(), errors.getvalue())

    def figures(self):
        return sorted(os.listdir(os.path.join(self.run_dir, "figures")))

    def content(self, name):
        with open(os.path.join(self.run_dir, "figures", name), "rb") as file:
            return file.read()

    def test_a_run_gives_three_figures_in_two_formats_and_nothing_else(self):
        done = self.plot()
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        self.assertEqual(self.figures(), FILES)
        for name in FILES:
            self.assertTrue(self.content(name).startswith(b"\x89PNG" if name.endswith("png") else b"<?xml"), name)

    def test_another_process_gives_the_same_bytes(self):
        self.plot()
        first = [self.content(name) for name in FILES]
        subprocess.run([sys.executable, "-B", PLOT, self.run_dir], check=True)
        self.assertEqual([self.content(name) for name in FILES], first)

    def test_a_comparison_changes_every_figure(self):
        self.plot()
        alone = [self.content(name) for name in FILES]
        self.make(os.path.join(self.run_dir, "compare", "other"), summary(label="another way"))
        self.assertEqual(self.plot().returncode, 0)
        for name, before in zip(FILES, alone):
            self.assertNotEqual(self.content(name), before, name)

    def test_a_run_in_which_nothing_completed_is_drawn(self):
        nothing = summary()
        nothing["latency_s"] = {"mean": None, "p50": None, "p95": None, "p99": None, "cdf": None}
        nothing["exits"] = [{"share": None, "accuracy": None, "where": "device"}]
        nothing["uplink"] = {"rate_bps": {"mean": estimate(0), "p95": {"value": 0, "ci95": None}, "peak": None}}
        self.make(self.run_dir, nothing, rates="0,1,0\n")
        done = self.plot()
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(self.figures(), FILES)

    def test_a_broken_directory_is_refused_with_its_name_and_code_2(self):
        cases = {"{": "summary.json: cannot be read", "[]": "no summary of a run",
                 '{"name": NaN}': "summary.json: cannot be read", "{}": 'has no "name"'}
        for content, complaint in cases.items():
            self.make(self.run_dir, content)
            done = self.plot()
            self.assertEqual(done.returncode, 2, content)
            self.assertIn(self.run_dir, done.stderr)
            self.assertIn(complaint, done.stderr)
            self.assertFalse(os.path.exists(os.path.join(self.run_dir, "figures")))

    def test_a_broken_part_of_a_summary_is_refused_by_its_key(self):
        broken = summary(exits=[{"share": 0.5, "accuracy": None, "where": "device"}])
        self.make(self.run_dir, broken)
        done = self.plot()
        self.assertEqual(done.returncode, 2)
        self.assertIn('"exits.0.share" is no estimate', done.stderr)
        self.make(self.run_dir, summary(uplink={}))
        self.assertIn('has no "uplink.rate_bps.mean"', self.plot().stderr)

    def test_a_damaged_transfer_rate_is_refused(self):
        self.make(self.run_dir, summary(), rates="0,1,fast\n")
        done = self.plot()
        self.assertEqual(done.returncode, 2)
        self.assertIn("transfer_rate.csv: cannot be read", done.stderr)

    def test_the_program_says_what_is_wrong_on_standard_error_and_exits_with_2(self):
        done = subprocess.run([sys.executable, "-B", PLOT, "/nowhere"], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("/nowhere: is no directory", done.stderr)

    def test_what_is_no_run_directory_is_refused_before_anything_is_drawn(self):
        done = self.plot(self.run_dir, os.path.dirname(self.run_dir))
        self.assertEqual(done.returncode, 2)
        self.assertIn("is no run directory (it has no summary.json)", done.stderr)
        self.assertFalse(os.path.exists(os.path.join(self.run_dir, "figures")))
        self.assertIn("is no directory", self.plot(os.path.join(self.run_dir, "nowhere")).stderr)


if __name__ == "__main__":
    if importlib.util.find_spec("matplotlib") is None:
        print("skipped: figures need Debian's package python3-matplotlib")
        sys.exit(SKIPPED)
    sys.dont_write_bytecode = True
    sys.path.insert(0, os.path.dirname(PLOT))
    unittest.main()
