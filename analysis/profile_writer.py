"""Writes an exit profile (analysis/profile_format.md) from NumPy arrays, so that a network of any framework can
drive the simulator. Needs NumPy alone; Debian: python3-numpy."""
import hashlib
import json
import os
import struct

import numpy as np

TYPES = {"float32": "F32", "int32": "I32", "uint32": "U32", "int64": "I64", "uint8": "U8"}


def write_safetensors(path, tensors, metadata):
    """One file, under a temporary name until it is whole. Tensors lie without holes, the widest elements first, so
    that each is aligned; the header is padded to a multiple of 8 bytes."""
    order = sorted(tensors, key=lambda name: (-tensors[name].dtype.itemsize, name))
    header, offset = {"__metadata__": metadata}, 0
    for name in order:
        array = tensors[name]
        header[name] = {"dtype": TYPES[str(array.dtype)], "shape": list(array.shape),
                        "data_offsets": [offset, offset + array.nbytes]}
        offset += array.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    temporary = str(path) + ".tmp"
    with open(temporary, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for name in order:
            file.write(np.ascontiguousarray(tensors[name]).astype(tensors[name].dtype.newbyteorder("<")).tobytes())
    os.replace(temporary, path)


def content_sha256(document, tensors):
    """Over all that the file says, so that a change of any bit is noticed."""
    text = document + "\n"
    for name in sorted(tensors):
        data = np.ascontiguousarray(tensors[name]).astype(tensors[name].dtype.newbyteorder("<")).tobytes()
        text += (f"{name} {TYPES[str(tensors[name].dtype)]} {'x'.join(map(str, tensors[name].shape))} "
                 f"{hashlib.sha256(data).hexdigest()}\n")
    return hashlib.sha256(text.encode()).hexdigest()


def cost(calls, flops, weight_bytes, activation_bytes, peak_activation_bytes=0):
    """What a segment or head asks of a processor for one image; bytes as 32-bit floats."""
    piece = {"calls": calls, "flops": flops, "weight_bytes": weight_bytes, "activation_bytes": activation_bytes}
    if peak_activation_bytes:
        piece["peak_activation_bytes"] = peak_activation_bytes
    return piece


def write_profile(folder, *, model, dataset, input_shape, num_classes, exits, splits, sets, weights_sha256,
                  zstd_s_per_byte=1e-8, data_files=(), cells=None, masks=()):
    """Makes FOLDER/profile.safetensors and FOLDER/model.yaml, which scenarios name as `model: ./FOLDER`.

    exits   one (backbone, head) an exit, each from cost(); the last is the final exit
    splits  {"input": (shape, codecs), "exit 0": (shape, codecs), ...}: where the network can be cut, and
            codecs = {name: {"encode_s": s, "decode_s": s, "bytes": {SET: [images]},
                             "logits": {SET: [one [images, classes] for each exit behind]}}}
            "logits" is left out where decoding gives back every bit: then those of the set hold
    sets    {"validation": {"labels": [images], "logits": [one [images, classes] an exit],
                            "routers": [one [images] an exit but the final one] (optional)}, "test": {...}}
    cells   (rows, columns) of a network that answers by cells: labels and "counts" (beside each "logits") are then
            [images, cells], logits [images, cells, 2], and a codec is named (name, index in masks)
    masks   by cells: [{"rule": "entropy", "thresholds": [...]}, {"rule": "always"}]
    """
    os.makedirs(folder, exist_ok=True)
    tensors = {}
    document = {"model": model, "dataset": dataset, "num_classes": num_classes, "input": list(input_shape),
                "exits": [{"backbone": backbone, "head": head} for backbone, head in exits], "splits": [], "sets": [],
                "weights_sha256": weights_sha256, "data_files": list(data_files), "zstd_s_per_byte": zstd_s_per_byte}
    if any("routers" in said for said in sets.values()):
        document["routers"] = True
    if cells:
        document["cells"] = {"rows": cells[0], "columns": cells[1]}
        document["masks"] = list(masks)
    for name, said in sets.items():
        document["sets"].append({"name": name, "images": len(said["labels"])})
        tensors[f"{name}/labels"] = np.asarray(said["labels"], np.int32)
        for exit_, logits in enumerate(said["logits"]):
            tensors[f"{name}/exit {exit_}/logits"] = np.asarray(logits, np.float32)
        for exit_, counts in enumerate(said.get("counts", ())):
            tensors[f"{name}/exit {exit_}/counts"] = np.asarray(counts, np.float32)
        for exit_, router in enumerate(said.get("routers", ())):
            tensors[f"{name}/exit {exit_}/router"] = np.asarray(router, np.float32)
    for split, (shape, codecs) in splits.items():
        entry = {"name": split, "shape": list(shape), "codecs": []}
        first_behind = 0 if split == "input" else int(split.split()[1]) + 1
        for key, made in codecs.items():
            codec, mask = key if isinstance(key, tuple) else (key, None)
            entry["codecs"].append({"codec": codec, "exact": "logits" not in made, "encode_s": made["encode_s"],
                                    "decode_s": made["decode_s"]})
            if mask is not None:
                entry["codecs"][-1]["mask"] = mask
            for name in sets:
                place = f"{name}/{split}/{codec}" + ("" if mask is None else f"/mask {mask}")
                tensors[f"{place}/bytes"] = np.asarray(made["bytes"][name], np.uint32)
                for said in ("logits", "counts"):
                    for behind, values in enumerate(made.get(said, {}).get(name, ())):
                        tensors[f"{place}/exit {first_behind + behind}/{said}"] = np.asarray(values, np.float32)
        document["splits"].append(entry)
    with open(os.path.join(folder, "model.yaml"), "w") as file:
        file.write(f"network: {model}\ndata: {dataset}\ninput: {list(input_shape)}\nclasses: {num_classes}\n"
                   f"exits: {len(exits)}\n" + (f"cells: {list(cells)}\n" if cells else ""))
    text = json.dumps(document)
    write_safetensors(os.path.join(folder, "profile.safetensors"), tensors,
                      {"format": "offramp-profile-1", "profile": text, "sha256": content_sha256(text, tensors)})
