"""PyTorch's side: answers requests, one JSON object a line, as serve.mjs does for the JavaScript peers."""

import ctypes
import json
import subprocess
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

CELLS = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}


class Tagger(nn.Module):
    def __init__(self, w):
        super().__init__()
        embedding = w.get("embedding")
        self.embedding = nn.Embedding(*embedding) if embedding else None
        width = embedding[1] if embedding else w["inputSize"]
        self.recurrent = CELLS[w["cell"]](width, w["H"], num_layers=w["numLayers"])
        self.linear = nn.Linear(w["H"], w["K"]) if w.get("K") else None

    def forward(self, x):
        if self.embedding is not None:
            x = self.embedding(x)
        y, _ = self.recurrent(x)
        return y if self.linear is None else self.linear(y)


def prepare(w):
    """A step of the workload; time comes first in every tensor, PyTorch's faster layout."""
    torch.manual_seed(1)
    B, T = w["B"], w["T"]
    model = Tagger(w)
    if "tokens" in w:
        x = torch.tensor(w["tokens"]).t().contiguous()
    else:
        values = [(i * 7919 % 1000) / 1000 - 0.5 for i in range(B * T * w["inputSize"])]
        x = torch.tensor(values).view(B, T, -1).transpose(0, 1).contiguous()
    if "optimizer" not in w:
        return predict(model, x)
    labels = torch.tensor(w["labels"]).t().contiguous().view(-1)
    kind = torch.optim.Adam if w["optimizer"] == "adam" else torch.optim.SGD
    parameters = list(model.parameters())
    optimizer = kind(parameters, lr=w["lr"])

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(model(x).view(B * T, -1), labels)
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, w["maxNorm"])
        optimizer.step()
        return loss.item()

    return step


def predict(model, x):
    model.eval()

    def step():
        with torch.inference_mode():
            return model(x).numpy().flat[0].item()

    return step


def kernels():
    """Which kernels multiply matrices: the name that OpenBLAS gives to those it chose for this processor."""
    with open("/proc/self/maps", encoding="utf8") as maps:
        libraries = {line.split()[-1] for line in maps if "openblas" in line}
    for library in sorted(libraries):
        try:
            name = ctypes.CDLL(library).openblas_get_corename
            name.restype = ctypes.c_char_p
            return f"OpenBLAS kernels {name().decode()}"
        except (OSError, AttributeError):
            continue
    return None


def version():
    """What PyTorch says, and the package, whose version Debian's build does not say."""
    command = ["dpkg-query", "--show", "--showformat=${Version}", "python3-torch"]
    try:
        package = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        return f"{torch.__version__} (Debian's python3-torch {package})"
    except (OSError, subprocess.CalledProcessError):
        return torch.__version__


def refusal(blas):
    """Why a comparison would be unfair or wrong."""
    if blas is None:
        return "PyTorch runs on the reference BLAS, several times slower: apt-get install libopenblas0-pthread"
    a, b = torch.rand(96, 517), torch.rand(517, 131)
    if (a @ b - (a.double() @ b.double()).float()).abs().max() > 1e-3:
        return f"{blas} compute wrong products on this processor"
    return None


def main():
    threads = json.loads(sys.argv[1])["threads"]
    torch.set_num_threads(threads)
    step = None
    for line in sys.stdin:
        request = json.loads(line)
        if request["do"] == "prepare":
            step = prepare(request["workload"])
            blas = kernels()
            reason = refusal(blas)
            answer = {"version": f"{version()}, {blas}", "threads": threads}
            if reason is not None:
                answer = {"skip": reason}
        else:
            values = []
            start = time.perf_counter()
            for _ in range(request["steps"]):
                values.append(step())
            answer = {"ms": 1000 * (time.perf_counter() - start), "first": values[0], "last": values[-1]}
        print(json.dumps(answer), flush=True)


main()
