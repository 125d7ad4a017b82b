"""A convolutional network for 8×8 images in PyTorch."""

import torch
from roundhouse_program import Task
from torch import nn
from torch.nn import functional


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 16, 3, padding=1)
        self.dense = nn.Linear(16 * 4 * 4, 10)

    def forward(self, images):
        maps = functional.max_pool2d(torch.relu(self.conv(images)), 2)
        return self.dense(maps.flatten(1))


def network(tensors):
    model = Network()
    model.load_state_dict({name: torch.from_numpy(values) for name, values in tensors.items()})
    return model


def weights(model):
    return {name: values.detach().cpu().numpy() for name, values in model.state_dict().items()}


def images(task, which):
    x, y = task.rows(which)
    return torch.from_numpy(x).reshape(-1, 1, 8, 8), torch.from_numpy(y)


def train(task, device):
    x, y = images(task, "train")
    saved, notes = task.saved()
    model = network(saved or task.model()).to(device)
    settings = task.training
    # The optimizer starts anew with each epoch, so a checkpoint of the weights is enough to go on from.
    loss = float(notes.get("loss", 0))
    for epoch in range(int(notes.get("epoch", 0)), settings["epochs"]):
        optimizer = torch.optim.SGD(
            model.parameters(), settings["learningRate"], task.parameters.get("momentum", 0.0)
        )
        order, total = torch.from_numpy(task.order(epoch, len(x))), 0.0
        for number, rows in enumerate(order.split(settings["batch"])):
            optimizer.zero_grad()
            cost = functional.cross_entropy(model(x[rows].to(device)), y[rows].to(device))
            cost.backward()
            optimizer.step()
            total += cost.item() * len(rows)
            seen = min((number + 1) * settings["batch"], len(x))
            task.progress(epoch, total / seen, epoch * len(x) + seen, batch=number + 1)
        loss = total / len(x)
        task.save(weights(model), epoch=epoch + 1, loss=loss)
    task.finish(weights(model), examples=len(x), loss=loss)


def evaluate(task, device):
    x, y = images(task, "test")
    with torch.no_grad():
        scores = network(task.model()).to(device)(x.to(device)).cpu()
    loss = functional.cross_entropy(scores, y).item()
    accuracy = (scores.argmax(dim=1) == y).float().mean().item()
    task.finish(examples=len(x), loss=loss, accuracy=accuracy)


if __name__ == "__main__":
    task = Task()
    torch.manual_seed(task.seed)
    torch.set_num_threads(task.threads)
    torch.use_deterministic_algorithms(True)
    # A site's policy gives the program its devices; without any it runs on the processor.
    device = torch.device("cuda" if task.gpus else "cpu")
    train(task, device) if task.action == "train" else evaluate(task, device)
