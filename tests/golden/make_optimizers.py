"""Writes the golden files of optimisers and schedules: weights and learning rates of PyTorch over 20 steps, in float64. See README.md."""

import platform

import torch
from make import exact, write
from torch.optim import SGD, Adagrad, Adam, AdamW, RMSprop, lr_scheduler

STEPS = 20
# elements of the first of two tensors, which has the optimiser's own rates; the second is a group
SPLIT = 4
KINDS = dict(sgd=SGD, rmsprop=RMSprop, adagrad=Adagrad, adam=Adam, adamw=AdamW)
NAMES = dict(weightDecay="weight_decay", lrDecay="lr_decay", initialAccumulator="initial_accumulator_value")
RUNS = (
    dict(type="sgd", lr=0.1),
    dict(type="sgd", lr=0.1, momentum=0.9),
    dict(type="sgd", lr=0.1, momentum=0.9, nesterov=True),
    dict(type="sgd", lr=0.05, momentum=0.8, nesterov=True, weightDecay=0.25),
    dict(type="sgd", lr=0.05, weightDecay=0.25),
    dict(type="rmsprop"),
    dict(type="rmsprop", lr=0.02, alpha=0.9, momentum=0.8),
    dict(type="rmsprop", lr=0.01, centered=True),
    dict(type="rmsprop", lr=0.02, alpha=0.75, eps=0.125, momentum=0.5, centered=True, weightDecay=0.25),
    dict(type="adagrad"),
    dict(type="adagrad", lr=0.1, lrDecay=0.125, initialAccumulator=0.5, eps=1e-6, weightDecay=0.25),
    dict(type="adam", lr=0.01),
    dict(type="adam", lr=0.1, betas=[0.75, 0.875], eps=0.125, weightDecay=0.25),
    dict(type="adamw"),
    dict(type="adamw", lr=0.1, betas=[0.75, 0.875], eps=0.125, weightDecay=0.25),
)


def in_torch(options):
    return {NAMES.get(key, key): value for key, value in options.items() if key != "type"}


def weights_of(options, tensors, gradients, group=None):
    """All weights after each step; the second tensor has the rates of the group."""
    leaves = [tensor.clone().requires_grad_() for tensor in tensors]
    groups = [dict(params=[leaf]) for leaf in leaves]
    if group:
        groups[1].update(in_torch(group))
    optimizer = KINDS[options["type"]](groups, **in_torch(options))
    after = []
    for gradient in gradients:
        for leaf, part in zip(leaves, gradient):
            leaf.grad = part.clone()
        optimizer.step()
        after.append([value for leaf in leaves for value in leaf.tolist()])
    return after


def optimizers_golden(grouped, seed=7, n=7):
    torch.manual_seed(seed)
    initial = exact(torch.randn(n).double())
    gradients = exact(torch.randn(STEPS, n).double() * 2)
    group = [dict(lr=0.5 * options.get("lr", 0.01), weightDecay=0.125) for options in RUNS]
    if grouped:
        tensors, parts = initial.split([SPLIT, n - SPLIT]), [g.split([SPLIT, n - SPLIT]) for g in gradients]
        runs = [
            dict(optimizer=options, group=own, weights=weights_of(options, tensors, parts, own))
            for options, own in zip(RUNS, group)
        ]
    else:
        runs = [dict(optimizer=options, weights=weights_of(options, [initial], gradients[:, None])) for options in RUNS]
    return dict(
        made=f"PyTorch {torch.__version__}, Python {platform.python_version()}",
        **(dict(split=SPLIT) if grouped else {}),
        initial=initial.tolist(),
        gradients=gradients.tolist(),
        runs=runs,
    )


def rates_of(make, lr, metrics=None):
    """The rate of each step."""
    optimizer = SGD([torch.zeros(1, requires_grad=True)], lr=lr)
    scheduler = make(optimizer)
    rates = []
    for step in range(STEPS):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step(*([metrics[step]] if metrics else []))
    return rates


def schedules_golden(lr=0.3):
    falling = [3, 2, 1.5, 1.4999, 1.4998, 1.6, 1.7, 1.2, 1.25, 1.3, 1.3, 1.3, 1.3, 1.3, 1.3, 1.2, 1.1, 1.1, 1.1, 1.1]
    rising = [-1, 0.1, 0.3, 0.3, 0.3, 0.3001, 0.29, 0.29, 0.5, 0.5, 0.4, 0.4, 0.4, 0.4, 0.51, 0.2, 0.2, 0.2, 0.2, 0.2]
    torch_names = dict(minLr="min_lr")
    runs = []
    for schedule, make in (
        (dict(type="step", stepSize=3, gamma=0.5), lambda o: lr_scheduler.StepLR(o, 3, 0.5)),
        (dict(type="step", stepSize=7), lambda o: lr_scheduler.StepLR(o, 7)),
        (dict(type="exponential", gamma=0.9), lambda o: lr_scheduler.ExponentialLR(o, 0.9)),
        (dict(type="cosine", final=0.125), lambda o: lr_scheduler.CosineAnnealingLR(o, STEPS, 0.125 * lr)),
        (dict(type="linear", final=0.125), lambda o: lr_scheduler.LinearLR(o, 1, 0.125, STEPS)),
    ):
        runs.append(dict(schedule=schedule, rates=rates_of(make, lr)))
    for mode, metric, metrics, options in (
        ("min", "lossPerToken", falling, dict(patience=1)),
        ("min", "loss", falling, dict(factor=0.5, patience=0, threshold=0.05, cooldown=2)),
        ("min", "lossPerToken", falling, dict(factor=0.25, patience=0, minLr=0.02)),
        ("min", "lossPerToken", falling, dict()),
        ("max", "f1", rising, dict(factor=0.5, patience=1, cooldown=1)),
        ("max", "accuracy", rising, dict(factor=0.5, patience=2, threshold=0.25, minLr=0.1)),
    ):
        own = {torch_names.get(key, key): value for key, value in options.items()}
        rates = rates_of(lambda o: lr_scheduler.ReduceLROnPlateau(o, mode, **own), lr, metrics)
        runs.append(dict(schedule=dict(type="plateau", metric=metric, **options), metrics=metrics, rates=rates))
    return dict(made=f"PyTorch {torch.__version__}, Python {platform.python_version()}", lr=lr, runs=runs)


if __name__ == "__main__":
    torch.set_num_threads(1)
    write("optimizers", optimizers_golden(grouped=False))
    write("optimizer_groups", optimizers_golden(grouped=True))
    write("schedules", schedules_golden())
