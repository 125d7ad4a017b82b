"""What a Python program needs to train for Roundhouse: Python 3.8 and NumPy, nothing else.

    from roundhouse_program import Task

    task = Task()
    weights = task.model()                       # {"w": array, "b": array}
    x, y = task.rows("train")
    ...
    task.progress(epoch=1, loss=0.3, samples=640)
    task.save(weights, epoch=1)                  # a checkpoint
    ...
    task.finish(weights, examples=len(x), loss=0.3)

docs/program-trainer.md describes the files behind it, for other languages.
"""

import json
import math
import os
import random

import numpy as np

_TYPES = {
    "F64": np.dtype("<f8"), "F32": np.dtype("<f4"), "F16": np.dtype("<f2"),
    "I64": np.dtype("<i8"), "I32": np.dtype("<i4"), "I16": np.dtype("<i2"),
    "I8": np.dtype("i1"), "U8": np.dtype("u1"), "BOOL": np.dtype("bool"),
}  # fmt: skip


def read_tensors(path):
    """The tensors of a safetensors file by name, and the texts that it carries."""
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = file.read()
    texts = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        first, last = entry["data_offsets"]
        values = np.frombuffer(data[first:last], _TYPES[entry["dtype"]])
        tensors[name] = values.reshape(entry["shape"]).copy()
    return tensors, texts


def write_tensors(path, tensors, texts=None):
    """Writes a safetensors file, which appears whole or not at all."""
    names = {dtype: name for name, dtype in _TYPES.items()}
    header, blobs, offset = {}, [], 0
    if texts:
        header["__metadata__"] = {key: str(text) for key, text in texts.items()}
    for name, values in tensors.items():
        array = np.asarray(values)
        blob = np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes()
        dtype = names[array.dtype.newbyteorder("<")]
        header[name] = {
            "dtype": dtype,
            "shape": list(array.shape),
            "data_offsets": [offset, offset + len(blob)],
        }
        blobs.append(blob)
        offset += len(blob)
    start = json.dumps(header, separators=(",", ":")).encode()
    start += b" " * (-len(start) % 8)
    partial = path + ".partial"
    with open(partial, "wb") as file:
        file.write(len(start).to_bytes(8, "little") + start)
        file.writelines(blobs)
    os.replace(partial, path)


class Task:
    """One task of a site: its settings as attributes, and where its results go.

    action       "train" or "evaluate"
    parameters   the job's own, a dictionary
    training     epochs, batch, learningRate, optimizer and order of the job, a dictionary
    seed         of this task; NumPy's and Python's generators are seeded with it already
    generator    a NumPy generator with that seed
    job, round, site, attempt, threads, gpus, deadline, heartbeat, data, files
                 as in task.json
    """

    def __init__(self, path=None):
        with open(path or "task.json", encoding="utf-8") as file:
            self.__dict__.update(json.load(file))
        if self.protocol != 1:
            raise SystemExit(f"protocol {self.protocol} is not known, perhaps you should update this file")
        random.seed(self.seed)
        np.random.seed(self.seed)
        self.generator = np.random.default_rng(self.seed)

    def model(self):
        """The global model: arrays by name."""
        return read_tensors(self.files["model"])[0]

    def rows(self, which):
        """Features (float32) and classes (int64) of the "train" or the "test" rows."""
        path = self.data[which]
        if path is None:
            empty = np.zeros((0, self.data["features"]), np.float32)
            return empty, np.zeros(0, np.int64)
        table = np.loadtxt(path, np.float32, delimiter=",", ndmin=2)
        return np.ascontiguousarray(table[:, :-1]), table[:, -1].astype(np.int64)

    def order(self, epoch, rows):
        """The order of the rows in an epoch (from 0): the same at every attempt."""
        if self.training["order"] == "file":
            return np.arange(rows)
        return np.random.default_rng((self.seed, epoch)).permutation(rows)

    def progress(self, epoch, loss=None, samples=None, batch=None):
        """Says how far the training is; at least once in self.heartbeat seconds."""
        known = {"epoch": epoch, "batch": batch, "loss": _number(loss), "samples": samples}
        line = {key: value for key, value in known.items() if value is not None}
        print(json.dumps(line), flush=True)

    def save(self, tensors, **texts):
        """Keeps a checkpoint for the next attempt at this task."""
        write_tensors(self.files["checkpoint"], tensors, texts)

    def saved(self):
        """What an earlier attempt saved: tensors and texts; (None, {}) at the first one."""
        if not os.path.exists(self.files["checkpoint"]):
            return None, {}
        return read_tensors(self.files["checkpoint"])

    def finish(self, tensors=None, examples=0, loss=None, accuracy=None):
        """Leaves the results: trained weights after a training, measures after an evaluation."""
        if tensors is not None:
            floats = {name: np.asarray(values, np.float32) for name, values in tensors.items()}
            write_tensors(self.files["update"], floats)
        result = {"examples": int(examples), "loss": _number(loss), "accuracy": _number(accuracy)}
        with open(self.files["result"], "w", encoding="utf-8") as file:
            json.dump(result, file)


def _number(value):
    """A number that JSON can hold."""
    return float(value) if value is not None and math.isfinite(value) else None
