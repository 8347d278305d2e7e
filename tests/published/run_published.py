"""Runs the commands that stand in the comments of scenarios/published/*.yaml: run_published.py OFFRAMP ROOT.

A command begins with "./offramp" and goes on behind each backslash at the end of a line. It is run as it stands, but for a
shorter duration. Each has to end with 0, and a plan has to find a setting.
"""

import glob
import os
import subprocess
import sys
import tempfile

SHORTER = " --set duration=10s --set warmup=1s"


def commands_of(file):
    with open(file, encoding="utf-8") as text:
        lines = [line[1:].strip() for line in text if line.startswith("#")]
    commands, rest = [], ""
    for line in lines:
        if not rest and not line.startswith("./offramp "):
            continue
        rest += line.removesuffix("\\")
        if not line.endswith("\\"):
            commands.append(rest)
            rest = ""
    return commands


def main(program, root):
    files = sorted(glob.glob(os.path.join(root, "scenarios", "published", "*.yaml")))
    with tempfile.TemporaryDirectory(prefix="offramp-published-") as folder:
        os.symlink(program, os.path.join(folder, "offramp"))
        os.symlink(os.path.join(root, "scenarios"), os.path.join(folder, "scenarios"))
        environment = dict(os.environ, XDG_CACHE_HOME=os.path.join(folder, "cache"))
        for file in files:
            commands = commands_of(file)
            if not commands:
                print(f"{file}: has no commands")
                return 1
            for command in commands:
                done = subprocess.run(["sh", "-c", command + SHORTER], cwd=folder, env=environment, capture_output=True,
                                      text=True, check=False)
                if done.returncode != 0 or " plan " in command and "\nkeeps\n" not in done.stdout:
                    print(f"{file}: {command}\nended with {done.returncode}:\n{done.stdout}{done.stderr}")
                    return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
