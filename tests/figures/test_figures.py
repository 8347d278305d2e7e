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


STAGES = ("device_queue", "device_compute", "device_encode", "transfer_up", "gateway", "gateway_transfer",
          "cloud_decode", "cloud_queue", "cloud_compute", "transfer_down")
REQUESTS = ("replication,device,arrival_s,device_encoded_s,cloud_received_s,wire_bytes\n"
            "0,0,1.0,1.5,2.5,1000\n0,2,1.2,,,0\n0,1,2.1,2.2,2.4,500\n1,0,1.0,1.0,1.1,77\n")


def sweep_study(codec="devices.0.policy.rule"):
    """Counts 100 and 200 by two other settings; accuracy rises with bytes, latency with the count."""
    points = []
    for count in (100, 200):
        for i, setting in enumerate(("int8_zstd", "raw_f32")):
            points.append({"point": len(points), "parameters": {"devices.0.count": str(count), codec: setting},
                           "replications": 3, "latency_s.p95": estimate(0.01 * count / 100),
                           "accuracy.top1": estimate(0.8 + 0.1 * i), "energy_j.per_request": None,
                           "uplink.payload_bytes_per_request": estimate(100 + 900 * i), "requests.offered": estimate(5)})
    return {"sweep": True, "name": "by_hand", "facts": "some devices", "parameters": ["devices.0.count", codec],
            "points": points}


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

    def plot(self, *arguments):
        """As the program does, but in this process: importing matplotlib anew takes most of a second."""
        import plot
        output, errors = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
            code = plot.main(["--quiet"] + (list(arguments) or [self.run_dir]))
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
        subprocess.run([sys.executable, "-B", PLOT, "--quiet", self.run_dir], check=True)
        self.assertEqual([self.content(name) for name in FILES], first)

    def test_a_comparison_changes_every_figure(self):
        self.plot()
        alone = [self.content(name) for name in FILES]
        self.make(os.path.join(self.run_dir, "compare", "other"), summary(label="another way"))
        self.assertEqual(self.plot().returncode, 0)
        for name, before in zip(FILES, alone):
            self.assertNotEqual(self.content(name), before, name)

    def test_what_a_run_has_decides_which_figures_there_are(self):
        more = summary(warmup_s=1, duration_s=2)
        for exit in more["exits"]:
            exit["stages_s"] = {stage: estimate(0.001) for stage in STAGES}
        self.make(self.run_dir, more)
        with open(os.path.join(self.run_dir, "requests.csv"), "w", encoding="utf-8") as file:
            file.write(REQUESTS)
        slow = [dict(exit, stages_s={stage: estimate(1.0) for stage in STAGES}) for exit in more["exits"]]
        other = dict(more, exits=slow, label="another way", accuracy={"top1": estimate(0.8)}, energy_j={"per_request": estimate(1)})
        self.make(os.path.join(self.run_dir, "compare", "other"), other)
        more.update(accuracy={"top1": estimate(0.9)}, energy_j={"per_request": estimate(2)})
        self.make(self.run_dir, more)
        done = self.plot("--format", "pdf", self.run_dir)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(self.figures(), [f"{name}.pdf" for name in ("breakdown", "device_rate", "exits", "latency",
                                                                     "tradeoffs", "transfer_rate")])
        for name in self.figures():
            self.assertIn(b"/FontFile2", self.content(name), name)  # its letters travel with it
        first = self.content("tradeoffs.pdf")
        self.plot("--format", "pdf", self.run_dir)
        self.assertEqual(self.content("tradeoffs.pdf"), first)

    def test_several_runs_are_drawn_together_where_one_says(self):
        self.make(os.path.join(self.run_dir, "..", "second"), summary())
        out = os.path.join(self.run_dir, "..", "both")
        done = self.plot("--out", out, self.run_dir, os.path.join(self.run_dir, "..", "second"))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(sorted(os.listdir(out)), FILES)
        self.assertFalse(os.path.exists(os.path.join(self.run_dir, "figures")))

    def study(self, document, *arguments):
        file = os.path.join(self.run_dir, "study.json")
        with open(file, "w", encoding="utf-8") as text:
            json.dump(document, text)
        out = os.path.join(self.run_dir, "figures")
        return self.plot("--study", file, "--format", "svg", "--out", out, *arguments)

    def test_a_sweep_gives_curves_maps_and_trade_offs_and_its_codecs_where_they_vary(self):
        done = self.study(sweep_study())
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(self.figures(), ["curves.svg", "heat_map.svg", "tradeoffs.svg"])
        self.study(sweep_study("devices.0.offload.codec"), "--width", "two")
        self.assertIn("codecs.svg", self.figures())

    def test_one_asks_for_a_figure_of_ones_own(self):
        done = self.study(sweep_study(), "--x", "devices.0.count", "--y", "latency_s.p95", "--by", "devices.0.policy.rule")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        done = self.study(sweep_study(), "--x", "latency_s.p95", "--y", "accuracy.top1,requests.offered")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(self.figures(), ["accuracy.top1-by-latency_s.p95.svg", "latency_s.p95-by-devices.0.count.svg",
                                          "requests.offered-by-latency_s.p95.svg"])

    def test_what_cannot_be_drawn_is_refused_with_what_can(self):
        for arguments, complaint in (
                (["--x", "devices.0.cuont", "--y", "latency_s.p95"], "is neither a parameter that varies here nor a figure"),
                (["--x", "devices.0.count", "--y", "latency_s.p59"], "did you mean latency_s.p95?"),
                (["--x", "devices.0.count", "--y", "energy_j.per_request"], "is undefined at every point"),
                (["--x", "devices.0.count"], "wants --y KEY"),
                (["--by", "devices.0.count"], "wants --x and --y too"),
                (["--x", "devices.0.count", "--y", "latency_s.p95", "--by", "devices.0.count"], "is the x axis already"),
                (["--x", "devices.0.count", "--y", "latency_s.p95", "--by", "seed"], "is varied by nothing here"),
                (["--format", "jpg"], "--format jpg: is none of svg, png, pdf")):
            done = self.study(sweep_study(), *arguments)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertIn(complaint, done.stderr)
            self.assertFalse(os.path.exists(os.path.join(self.run_dir, "figures")))
        nothing = dict(sweep_study(), points=[])
        self.assertIn("no point has a result yet", self.study(nothing).stderr)

    def test_an_evaluation_gives_its_codecs(self):
        file = os.path.join(self.run_dir, "evaluation.json")
        codecs = [{"split": split, "codec": codec, "bytes_per_image": size, "accuracy": accuracy, "accuracy_f32": 0.9,
                   "loss": 0.9 - accuracy, "loss_ci95": [0.005, 0.03], "family": codec}
                  for split, codec, size, accuracy in (("input", "jpeg75", 900, 0.88), ("exit 0", "int8_zstd", 90, 0.89))]
        with open(file, "w", encoding="utf-8") as text:
            json.dump({"model": "tiny", "images": 10, "data": "test", "codecs": codecs}, text)
        self.assertEqual(self.plot(file).returncode, 0)
        self.assertEqual(self.figures(), ["codecs.png", "codecs.svg"])
        other = os.path.join(self.run_dir, "other.json")
        with open(other, "w", encoding="utf-8") as text:
            json.dump({"model": "trained", "images": 10, "data": "test", "codecs": codecs[1:]}, text)
        self.assertEqual(self.plot(file, other).returncode, 0)
        with open(os.path.join(self.run_dir, "figures", "codecs.svg"), encoding="utf-8") as drawn:
            self.assertIn("trained, split at exit 0", drawn.read())
        with open(other, "w", encoding="utf-8") as text:
            json.dump({"model": "trained", "images": 10, "data": "others", "codecs": codecs[1:]}, text)
        done = self.plot(file, other)
        self.assertEqual(done.returncode, 2)
        self.assertIn("evaluation.json, other.json: are of test and others", done.stderr)
        with open(file, "w", encoding="utf-8") as text:
            json.dump({"model": "tiny"}, text)
        done = self.plot(file)
        self.assertEqual(done.returncode, 2)
        self.assertIn("offramp evaluate MODEL --codecs --json", done.stderr)

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


class Parts(unittest.TestCase):
    def test_bytes_of_a_device_are_spread_over_their_way(self):
        # 1,000 B from 1.5 to 2.5: half in each window; the second device's 500 B lie in one; the third sends nothing.
        from device_windows import DeviceRates
        rates = DeviceRates(3, 1.0, 2)
        rates.add(0, 1.5, 2.5, 1000)
        rates.add(1, 2.2, 2.4, 500)
        self.assertEqual(rates.series(0), [4000, 4000])
        self.assertEqual(rates.series(1), [0, 4000])
        self.assertEqual(rates.series(2), [0, 0])
        self.assertEqual(rates.median_device(), 1)
        # Of the six windows three are 0 and three 4,000: the quantile at 0.5 lies half-way between.
        self.assertAlmostEqual(rates.percentile(0.5), 2000)
        self.assertAlmostEqual(rates.percentile(1), 4000)
        rates.add(2, 0.0, 4.0, 4000)  # what lies before and behind is not counted
        self.assertEqual(rates.series(2), [8000, 8000])

    def test_the_front_is_what_no_other_beats(self):
        from study import pareto_front
        costs = {"a": [1, 5], "b": [2, 2], "c": [3, 3], "d": [5, 1], "e": [2, 2], "f": [None, 0]}
        self.assertEqual(pareto_front(list(costs), costs.get), ["a", "b", "d", "e"])

    def test_values_with_units_become_numbers_of_one_unit(self):
        import quantities
        self.assertEqual(quantities.measured(["500kbps", "2Mbps"]), ([0.5, 2.0], "Mbit/s"))
        self.assertEqual(quantities.measured(["100", "200"]), ([100.0, 200.0], ""))
        self.assertIsNone(quantities.measured(["2Mbps", "2ms"]))
        self.assertIsNone(quantities.measured(["int8_zstd", "2"]))

    def test_parameters_in_step_are_one_and_what_else_varies_is_held(self):
        from study import Study
        points = [{"parameters": {"count": c, "rate": r, "buffer": {"2Mbps": "50kB", "6Mbps": "150kB"}[r], "t": t},
                   "accuracy.top1": estimate(0.9)}
                  for c in ("1", "2", "3") for r in ("2Mbps", "6Mbps") for t in ("0.1", "0.2")][:-1]
        study = Study({"parameters": ["count", "rate", "buffer", "t"], "points": points})
        self.assertEqual(study.varying(), ["count", "rate", "t"])
        part = study.slice()
        self.assertEqual((part.x.parameter, part.by.parameter, part.held), ("count", "rate", {"t": "0.1"}))
        self.assertEqual([(label, len(points)) for label, points in part.series()],
                         [("rate = 2Mbps", 3), ("rate = 6Mbps", 3)])


if __name__ == "__main__":
    if importlib.util.find_spec("matplotlib") is None:
        print("skipped: figures need Debian's package python3-matplotlib")
        sys.exit(SKIPPED)
    sys.dont_write_bytecode = True
    sys.path.insert(0, os.path.dirname(PLOT))
    unittest.main()
