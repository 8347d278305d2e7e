"""Runs the commands of a page, in their order, as somebody who types them: run_commands.py OFFRAMP PAGE.

A command is an indented line that begins with "offramp". Each has to end with 0; what it redirects stays for the next.
"""

import os
import subprocess
import sys
import tempfile

SKIPPED = 77


def main(program, page):
    with open(page, encoding="utf-8") as file:
        commands = [line.strip() for line in file if line.startswith("    offramp ")]
    if not commands:
        print(f"{page}: has no commands")
        return 1
    with tempfile.TemporaryDirectory(prefix="offramp-docs-") as folder:
        environment = dict(os.environ, XDG_CACHE_HOME=os.path.join(folder, "cache"),
                           PATH=os.path.dirname(program) + ":" + os.environ["PATH"])
        for command in commands:
            done = subprocess.run(["sh", "-c", command], cwd=folder, env=environment, capture_output=True, text=True,
                                  check=False)
            if done.returncode != 0:
                print(f"{page}: {command}\nended with {done.returncode}:\n{done.stderr}")
                return 1
        missing = [name for name in ("runs/campus/report.html", "trace.json", "runs/thresholds/figures/curves.svg",
                                     "runs/side_by_side/latency.svg") if not os.path.exists(os.path.join(folder, name))]
        if missing:
            print(f"{page}: its commands made no {', '.join(missing)}")
        return 1 if missing else 0


if __name__ == "__main__":
    if subprocess.run(["/usr/bin/python3", "-c", "import matplotlib"], stderr=subprocess.DEVNULL, check=False).returncode:
        print("skipped: figures need Debian's package python3-matplotlib")
        sys.exit(SKIPPED)
    sys.exit(main(*sys.argv[1:]))
