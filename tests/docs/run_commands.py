"""Runs the commands of a page, in their order, as somebody who types them: run_commands.py OFFRAMP PAGE [--frames] FILE...

A block of indented lines that begins with "offramp", "mkdir" or "cat" is a script; each has to end with 0. At the end every FILE
has to be there. --frames: made-up pictures of an empty gate and of one with somebody in it lie in the folder "gate".
"""

import os
import subprocess
import sys
import tempfile

SKIPPED = 77


def scripts(page):
    """The indented blocks of a page that are commands, without their indentation."""
    block = []
    with open(page, encoding="utf-8") as file:
        for line in [*file, "\n"]:
            if line.startswith("    "):
                block.append(line[4:])
            elif block:
                if block[0].split()[0] in ("offramp", "mkdir", "cat"):
                    yield "".join(block)
                block = []


def write_frames(folder):
    import numpy
    from PIL import Image

    random = numpy.random.default_rng(1)
    for part, count in (("train", 60), ("test", 40)):
        for what in ("empty", "person"):
            os.makedirs(os.path.join(folder, part, what))
            for i in range(count):
                pixels = random.normal(110, 40, (48, 64, 3))
                if what == "person":
                    y, x = random.integers(0, 32), random.integers(0, 56)
                    pixels[y : y + 16, x : x + 8] += random.uniform(5, 60)  # some hard to see
                Image.fromarray(pixels.clip(0, 255).astype("uint8")).save(os.path.join(folder, part, what, f"{i:03}.jpg"))


def main(program, page, *expected):
    frames = "--frames" in expected
    found = list(scripts(page))
    if not found:
        print(f"{page}: has no commands")
        return 1
    with tempfile.TemporaryDirectory(prefix="offramp-docs-") as folder:
        if frames:
            write_frames(os.path.join(folder, "gate"))
        environment = dict(os.environ, XDG_CACHE_HOME=os.path.join(folder, "cache"), OMP_WAIT_POLICY="passive",
                           PATH=os.path.dirname(program) + ":" + os.environ["PATH"])
        for script in found:
            done = subprocess.run(["sh", "-ec", script], cwd=folder, env=environment, capture_output=True, text=True,
                                  check=False)
            if done.returncode != 0:
                print(f"{page}: {script}\nended with {done.returncode}:\n{done.stderr}")
                return 1
        missing = [name for name in expected if name != "--frames" and not os.path.exists(os.path.join(folder, name))]
        if missing:
            print(f"{page}: its commands made no {', '.join(missing)}")
        return 1 if missing else 0


if __name__ == "__main__":
    if subprocess.run(["/usr/bin/python3", "-c", "import matplotlib"], stderr=subprocess.DEVNULL, check=False).returncode:
        print("skipped: figures need Debian's package python3-matplotlib")
        sys.exit(SKIPPED)
    sys.exit(main(*sys.argv[1:]))
