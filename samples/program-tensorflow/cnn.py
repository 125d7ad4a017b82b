"""A convolutional network for 8×8 images in TensorFlow's Keras."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import tensorflow as tf
from roundhouse_program import Task

NAMES = ["conv.kernel", "conv.bias", "dense.kernel", "dense.bias"]


def network(task, tensors):
    keras = tf.keras
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Conv2D(16, 3, padding="same", activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Flatten(),
            keras.layers.Dense(10),
        ]
    )
    model.compile(
        keras.optimizers.SGD(task.training["learningRate"], task.parameters.get("momentum", 0.0)),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    model.set_weights([tensors[name] for name in NAMES])
    return model


def weights(model):
    return dict(zip(NAMES, model.get_weights()))


def images(task, which):
    x, y = task.rows(which)
    return x.reshape(-1, 8, 8, 1), y


def train(task):
    x, y = images(task, "train")
    saved, notes = task.saved()
    tensors = saved or task.model()
    loss = float(notes.get("loss", 0))
    for epoch in range(int(notes.get("epoch", 0)), task.training["epochs"]):
        # The optimizer starts anew with each epoch, so a checkpoint of the weights is enough to go on from.
        model = network(task, tensors)
        order, total, seen = task.order(epoch, len(x)), 0.0, 0
        for number, first in enumerate(range(0, len(x), task.training["batch"])):
            rows = order[first : first + task.training["batch"]]
            total += model.train_on_batch(x[rows], y[rows], return_dict=True)["loss"]
            seen += len(rows)
            mean = float(total / (number + 1))
            task.progress(epoch, mean, epoch * len(x) + seen, batch=number + 1)
            model.reset_metrics()
        tensors, loss = weights(model), mean
        task.save(tensors, epoch=epoch + 1, loss=loss)
    task.finish(tensors, examples=len(x), loss=loss)


def evaluate(task):
    x, y = images(task, "test")
    measures = network(task, task.model()).evaluate(x, y, verbose=0, return_dict=True)
    task.finish(examples=len(x), loss=measures["loss"], accuracy=measures["accuracy"])


if __name__ == "__main__":
    task = Task()
    tf.keras.utils.set_random_seed(task.seed)
    tf.config.experimental.enable_op_determinism()
    tf.config.threading.set_intra_op_parallelism_threads(task.threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    train(task) if task.action == "train" else evaluate(task)
