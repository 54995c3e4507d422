"""Writes the golden files beside this script: what PyTorch says of small networks. See README.md.

Logits, final states, loss and gradients are computed in float64, the training losses in float32. All given numbers
(weights, class weights) are multiples of 2^-8, so that float32 and the decimals of JSON hold them exactly.
"""

import json
import os
import platform

import torch
from torch import nn
from torch.nn.functional import cross_entropy
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence

HERE = os.path.dirname(os.path.abspath(__file__))
PAD = 0


class Network(nn.Module):
    """embedding -> recurrent layers over packed sequences -> (their final outputs, if "last") -> linear"""

    def __init__(self, config):
        super().__init__()
        E, H, layers = config["embeddingDim"], config["hiddenSize"], config["numLayers"]
        both = config["bidirectional"]
        options = dict(batch_first=True, num_layers=layers, bidirectional=both)
        self.embedding = nn.Embedding(config["numEmbeddings"], E)
        if config["cell"] == "lstm":
            self.lstm = nn.LSTM(E, H, **options)
        elif config["cell"] == "gru_after":
            self.gru = nn.GRU(E, H, **options)
        else:
            self.rnn = nn.RNN(E, H, nonlinearity=config["cell"].replace("rnn_", ""), **options)
        self.last, self.both = config.get("last", False), both
        self.linear = nn.Linear(H * (2 if both else 1), config["outFeatures"])

    def forward(self, sequences, initial=None):
        """Logits [T, K] of each sequence ([K] if "last") and the final states [layers * directions, B, H], as the initial ones."""
        lengths = [len(s["tokens"]) for s in sequences]
        tokens = pad_sequence([torch.tensor(s["tokens"]) for s in sequences], batch_first=True, padding_value=PAD)
        packed = pack_padded_sequence(self.embedding(tokens), lengths, batch_first=True, enforce_sorted=False)
        recurrent = next(getattr(self, name) for name in ("lstm", "gru", "rnn") if hasattr(self, name))
        y, final = recurrent(packed, initial)
        final = final if isinstance(final, tuple) else (final,)
        if self.last:
            return list(self.linear(torch.cat(list(final[0][-2 if self.both else -1 :]), dim=1)).split(1)), final
        y, _ = pad_packed_sequence(y, batch_first=True)
        return [self.linear(y[b, :length]) for b, length in enumerate(lengths)], final


def exact(x):
    return torch.round(x * 256) / 256


def make_network(config, dtype, weights=None):
    network = Network(config).to(dtype)
    if weights is None:
        weights = {
            name: exact(torch.randn(p.shape) if "embedding" in name else torch.rand(p.shape) * 1.2 - 0.6).double()
            for name, p in network.named_parameters()
        }
    network.load_state_dict(weights)
    return network, weights


def loss_of(logits, sequences, reduction):
    """Over real tokens only; padding never gets here."""
    labels = torch.tensor([label for s in sequences for label in s.get("labels") or [s["label"]]])
    return cross_entropy(torch.cat(logits), labels, reduction=reduction, ignore_index=-100)


def global_norm(gradients):
    return torch.sqrt(sum((g * g).sum() for g in gradients))


def train(config, weights, sequences, optimizer, clip, reduction):
    """Ten steps in float32: the loss before each update and the norm before clipping."""
    network, _ = make_network(config, torch.float32, weights)
    parameters = list(network.parameters())
    options = {key: value for key, value in optimizer.items() if key != "type"}
    if optimizer["type"] == "sgd":
        step = torch.optim.SGD(parameters, **options)
    else:
        step = torch.optim.Adam(parameters, **options)
    losses, norms = [], []
    for _ in range(10):
        step.zero_grad()
        loss = loss_of(network(sequences)[0], sequences, reduction)
        loss.backward()
        norm = global_norm([p.grad for p in parameters])
        # Pascanu et al. 2013, algorithm 1; PyTorch's own clip_grad_norm_ divides by norm + 1e-6
        if clip and norm > clip["norm"]:
            for p in parameters:
                p.grad *= clip["norm"] / norm
        losses.append(loss.item())
        norms.append(norm.item())
        step.step()
    return dict(optimizer=optimizer, clip=clip, reduction=reduction, losses=losses, norms=norms)


def network_golden(cell, lengths, seed, layers=1, bidirectional=False, last=False, E=5, H=7, V=11, K=4):
    torch.manual_seed(seed)
    config = dict(
        cell=cell,
        numEmbeddings=V,
        embeddingDim=E,
        hiddenSize=H,
        numLayers=layers,
        bidirectional=bidirectional,
        outFeatures=K,
        **(dict(last=True) if last else {}),
    )
    sequences = [
        dict(tokens=torch.randint(V, (length,)).tolist(), labels=torch.randint(K, (length,)).tolist())
        for length in lengths
    ]
    sequences[1]["labels"][1] = -100
    if last:
        sequences = [dict(tokens=s["tokens"], label=s["labels"][0]) for s in sequences]
    network, weights = make_network(config, torch.float64)
    logits, final = network(sequences)
    loss = loss_of(logits, sequences, "mean")
    loss.backward()
    optimizers = [
        (dict(type="sgd", lr=0.1, momentum=0.9, nesterov=True), dict(norm=0.5)),
        (dict(type="adam", lr=0.01), False),
    ]
    return dict(
        made=f"PyTorch {torch.__version__}, Python {platform.python_version()}",
        config=config,
        sequences=sequences,
        shapes={name: list(p.shape) for name, p in network.named_parameters()},
        weights={name: p.flatten().tolist() for name, p in network.named_parameters()},
        logits=[rows.flatten().tolist() for rows in logits],
        final={name: [[v.tolist() for v in layer] for layer in s] for name, s in zip("hc", final)},
        loss=dict(
            sum=loss_of(logits, sequences, "sum").item(),
            mean=loss.item(),
            count=len(sequences) if last else sum(label >= 0 for s in sequences for label in s["labels"]),
        ),
        gradients={name: p.grad.flatten().tolist() for name, p in network.named_parameters()},
        training=[
            train(config, weights, sequences, optimizer, clip, reduction)
            for optimizer, clip in optimizers
            for reduction in ("mean", "sum")
        ],
    )


def states_golden(seed, layers=2, E=3, H=5, V=11, K=4):
    """Initial states that are parameters: [layers * directions, H] each, the same for every sequence."""
    golden = network_golden("lstm", [3, 5, 1, 3], seed=seed, layers=layers, bidirectional=True, E=E, H=H, V=V, K=K)
    network, _ = make_network(
        golden["config"],
        torch.float64,
        {
            name: torch.tensor(golden["weights"][name]).double().reshape(shape)
            for name, shape in golden["shapes"].items()
        },
    )
    sequences = golden["sequences"]
    states = [exact(torch.rand(layers * 2, H).double() * 2 - 1).requires_grad_() for _ in "hc"]
    initial = tuple(state[:, None, :].expand(-1, len(sequences), -1).contiguous() for state in states)
    loss = loss_of(network(sequences, initial)[0], sequences, "mean")
    loss.backward()
    names = [f"l{layer}{direction}" for layer in range(layers) for direction in ("", "_reverse")]

    def by_name(tensors):
        return {f"{s}0_{name}": t[i].tolist() for s, t in zip("hc", tensors) for i, name in enumerate(names)}

    return dict(
        made=golden["made"],
        config=golden["config"],
        sequences=sequences,
        weights=golden["weights"],
        states=by_name(states),
        loss=loss.item(),
        gradients={name: p.grad.flatten().tolist() for name, p in network.named_parameters()},
        stateGradients=by_name([state.grad for state in states]),
    )


def class_weights_golden(seed, N=7, K=4, smoothing=None):
    """Cross-entropy with class weights; with smoothing: label smoothing, without class weights and with them."""
    torch.manual_seed(seed)
    logits = exact(torch.randn(N, K).double() * 3).requires_grad_()
    labels = torch.tensor([0, 1, 2, -100, 3, 2, 1])
    class_weights = torch.tensor([0.5, 1, 2.25, 0]).double()
    result = dict(
        made=f"PyTorch {torch.__version__}, Python {platform.python_version()}",
        outFeatures=K,
        logits=logits.flatten().tolist(),
        labels=labels.tolist(),
        classWeights=class_weights.tolist(),
    )

    def both(**options):
        losses = {}
        for reduction in ("mean", "sum"):
            loss = cross_entropy(logits, labels, reduction=reduction, **options)
            (gradient,) = torch.autograd.grad(loss, logits)
            losses[reduction] = dict(loss=loss.item(), gradients=gradient.flatten().tolist())
        return losses

    if smoothing is None:
        return dict(**result, **both(weight=class_weights))
    return dict(
        **result,
        labelSmoothing=smoothing,
        plain=both(label_smoothing=smoothing),
        weighted=both(label_smoothing=smoothing, weight=class_weights),
    )


def mse_golden(seed, N=7, K=3):
    torch.manual_seed(seed)
    y = exact(torch.randn(N, K).double() * 3).requires_grad_()
    targets = exact(torch.randn(N, K).double() * 3)
    result = dict(
        made=f"PyTorch {torch.__version__}, Python {platform.python_version()}",
        outFeatures=K,
        y=y.flatten().tolist(),
        targets=targets.flatten().tolist(),
    )
    for reduction in ("mean", "sum"):
        loss = nn.MSELoss(reduction=reduction)(y, targets)
        (gradient,) = torch.autograd.grad(loss, y)
        result[reduction] = dict(loss=loss.item(), gradients=gradient.flatten().tolist())
    return result


def shorten(value):
    """13 significant digits are enough for a comparison at 1e-9."""
    if isinstance(value, float):
        return float(f"{value:.13g}")
    if isinstance(value, dict):
        return {key: shorten(item) for key, item in value.items()}
    return [shorten(item) for item in value] if isinstance(value, list) else value


def pretty(value, depth=0):
    """Objects over several lines, lists of numbers on one."""
    if isinstance(value, dict) and any(isinstance(item, (dict, list)) for item in value.values()):
        pad = "  " * (depth + 1)
        items = [f"{pad}{json.dumps(key)}: {pretty(item, depth + 1)}" for key, item in value.items()]
        return "{\n" + ",\n".join(items) + "\n" + "  " * depth + "}"
    if isinstance(value, list) and value and isinstance(value[0], (dict, list)):
        pad = "  " * (depth + 1)
        return "[\n" + ",\n".join(pad + pretty(item, depth + 1) for item in value) + "\n" + "  " * depth + "]"
    return json.dumps(value)


def write(name, value):
    text = pretty(shorten(value)) + "\n"
    assert len(text) < 60_000, f"{name}: {len(text)} bytes"
    with open(os.path.join(HERE, f"{name}.json"), "w") as file:
        file.write(text)
    print(f"{name}.json: {len(text)} bytes")


if __name__ == "__main__":
    torch.set_num_threads(1)
    write("rnn_tanh", network_golden("rnn_tanh", [4, 4, 4], seed=1))
    write("rnn_relu", network_golden("rnn_relu", [4, 4, 4], seed=2))
    write("lstm", network_golden("lstm", [4, 4, 4], seed=3))
    write("lstm_packed", network_golden("lstm", [5, 3, 2, 1], seed=4))
    stacked = network_golden("lstm", [3, 5, 1, 3], seed=5, layers=2, bidirectional=True, E=3, H=5)
    write("lstm_stacked_bidirectional", stacked)
    write("gru_packed", network_golden("gru_after", [5, 3, 2, 1], seed=8))
    stacked = network_golden("gru_after", [3, 5, 1, 3], seed=9, layers=2, bidirectional=True, E=3, H=5)
    write("gru_stacked_bidirectional", stacked)
    last = network_golden("lstm", [3, 5, 1, 4], seed=10, bidirectional=True, last=True, E=3, H=5)
    write("lstm_last_bidirectional", last)
    write("lstm_last", network_golden("lstm", [3, 5, 1, 3], seed=11, last=True, E=3, H=5))
    write("lstm_states", states_golden(seed=14))
    write("class_weights", class_weights_golden(seed=6))
    write("label_smoothing", class_weights_golden(seed=12, smoothing=0.125))
    write("mse", mse_golden(seed=13))
