"""A multilayer perceptron with one hidden layer, trained by gradient descent with momentum."""

import numpy as np
from roundhouse_program import Task


def forward(model, x):
    hidden = np.maximum(x @ model["hidden.weight"] + model["hidden.bias"], 0)
    scores = hidden @ model["output.weight"] + model["output.bias"]
    scores -= scores.max(axis=1, keepdims=True)
    odds = np.exp(scores)
    return hidden, odds / odds.sum(axis=1, keepdims=True)


def loss_of(probabilities, y):
    return float(-np.log(np.maximum(probabilities[np.arange(len(y)), y], 1e-12)).mean())


def gradients(model, x, y):
    hidden, probabilities = forward(model, x)
    loss = loss_of(probabilities, y)
    error = probabilities
    error[np.arange(len(y)), y] -= 1
    error /= len(y)
    back = (error @ model["output.weight"].T) * (hidden > 0)
    return loss, {
        "hidden.weight": x.T @ back,
        "hidden.bias": back.sum(axis=0),
        "output.weight": hidden.T @ error,
        "output.bias": error.sum(axis=0),
    }


def train(task):
    x, y = task.rows("train")
    batch, rate = task.training["batch"], task.training["learningRate"]
    momentum = task.parameters.get("momentum", 0.0)
    # Weights and speeds of an attempt that was cut short, or the global model at rest.
    saved, notes = task.saved()
    model = task.model()
    if saved is None:
        saved = {name: np.zeros_like(values) for name, values in model.items()}
    else:
        model = {name: saved.pop("model." + name) for name in model}
    speed, loss = saved, float(notes.get("loss", 0))
    for epoch in range(int(notes.get("epoch", 0)), task.training["epochs"]):
        order, total = task.order(epoch, len(x)), 0.0
        for number, first in enumerate(range(0, len(x), batch)):
            rows = order[first : first + batch]
            loss, slopes = gradients(model, x[rows], y[rows])
            for name in model:
                speed[name] = momentum * speed[name] - rate * slopes[name]
                model[name] = model[name] + speed[name]
            total += loss * len(rows)
            seen = min(first + batch, len(x))
            task.progress(epoch, total / seen, epoch * len(x) + seen, batch=number + 1)
        loss = total / len(x)
        kept = {"model." + name: values for name, values in model.items()}
        task.save({**kept, **speed}, epoch=epoch + 1, loss=loss)
    task.finish(model, examples=len(x), loss=loss)


def evaluate(task):
    x, y = task.rows("test")
    _, probabilities = forward(task.model(), x)
    accuracy = (probabilities.argmax(axis=1) == y).mean()
    task.finish(examples=len(x), loss=loss_of(probabilities, y), accuracy=accuracy)


if __name__ == "__main__":
    task = Task()
    train(task) if task.action == "train" else evaluate(task)
