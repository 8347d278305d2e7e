"""A worked example of a foreign network that drives the simulator: python3 profile_example.py FOLDER

A small detector in NumPy that tells 5 marks apart in noisy 16x16 pictures. Its first exit looks at a 4x4 summary of
the picture, the final one at all of it; both compare with the mean picture of each class. What travels behind exit 0 is
the picture quantised to 16 levels, under zlib. Every logit and every byte count below is really computed."""
import hashlib
import os
import sys
import time
import zlib

import numpy as np

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from profile_writer import cost, write_profile  # noqa: E402

CLASSES, SIDE = 5, 16


def pictures(count, seed):
    random = np.random.default_rng(seed)
    labels = np.arange(count) % CLASSES
    images = random.normal(0.35, 0.28, (count, SIDE, SIDE))
    for image, label in zip(images, labels):
        top, left = 2 + 2 * (label % 3), 2 + 5 * (label % 2)
        image[top:top + 5 + label % 2, left:left + 6] += 0.22
    return np.clip(images, 0, 1).astype(np.float32), labels


def summary(images):
    return images.reshape(-1, 4, 4, 4, 4).mean((2, 4)).reshape(len(images), -1)


def whole(images):
    return images.reshape(len(images), -1)


def logits(features, means, sharpness):
    """Nearest mean: minus the squared distance to each class."""
    return (-sharpness * ((features[:, None] - means[None]) ** 2).sum(2)).astype(np.float32)


def coded(images):
    """Each picture at 16 levels: bytes under zlib, what arrives, and the mean time of a picture for both ways."""
    start = time.perf_counter()
    payloads = [zlib.compress(np.round(image * 15).astype(np.uint8).tobytes(), 6) for image in images]
    encoded = time.perf_counter()
    arrived = np.stack([np.frombuffer(zlib.decompress(p), np.uint8).reshape(SIDE, SIDE) / 15 for p in payloads])
    decoded = time.perf_counter()
    return ([len(p) for p in payloads], arrived.astype(np.float32), (encoded - start) / len(images),
            (decoded - encoded) / len(images))


def main(folder):
    train, train_labels = pictures(1000, 1)
    small = np.stack([summary(train[train_labels == c]).mean(0) for c in range(CLASSES)])
    large = np.stack([whole(train[train_labels == c]).mean(0) for c in range(CLASSES)])
    sets, sizes, behind, encode_s, decode_s = {}, {}, {}, 0, 0
    for name, count, seed in (("validation", 500, 2), ("test", 1000, 3)):
        images, labels = pictures(count, seed)
        sets[name] = {"labels": labels, "logits": [logits(summary(images), small, 60), logits(whole(images), large, 6)]}
        sizes[name], arrived, encode_s, decode_s = coded(images)
        behind[name] = [logits(whole(arrived), large, 6)]
    raw = {name: np.full(len(sets[name]["labels"]), SIDE * SIDE) for name in sets}
    # Adds, multiplies and comparisons of the functions above; features as 32-bit floats.
    write_profile(
        folder, model="mark_finder", dataset="marks", input_shape=(1, SIDE, SIDE), num_classes=CLASSES,
        exits=[(cost(1, 256, 0, 4 * (256 + 16), 4 * (256 + 16)), cost(3, 3 * 16 * CLASSES, 4 * 16 * CLASSES, 4 * 21)),
               (cost(0, 0, 0, 0), cost(3, 3 * 256 * CLASSES, 4 * 256 * CLASSES, 4 * (256 + CLASSES), 4 * 256 * 6))],
        splits={"input": ((1, SIDE, SIDE), {"raw_u8": {"encode_s": 0, "decode_s": 0, "bytes": raw}}),
                "exit 0": ((1, SIDE, SIDE), {"zlib4": {"encode_s": encode_s, "decode_s": decode_s, "bytes": sizes,
                                                       "logits": behind}})},
        sets=sets, weights_sha256=hashlib.sha256(small.tobytes() + large.tobytes()).hexdigest())


if __name__ == "__main__":
    main(sys.argv[1])
