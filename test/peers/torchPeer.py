"""PyTorch, eager, on the CPU: `python torchPeer.py WORKLOAD THREADS SECONDS` prints one JSON line as `wiregrad bench --json`.

The number of threads also has to stand in the environment before this starts (OMP_NUM_THREADS and the BLAS's own). Work on
the CPU is done when a call returns, so a step needs no waiting. The workloads are those of workloads.mjs.
"""
import json
import re
import statistics
import sys
import time

import torch
from torch import nn

RATE = 0.01
SAMPLE = 0.001  # Steps shorter than this are timed in groups. [s]


def mlp(sizes, activation):
    layers = []
    for rows, columns in zip(sizes, sizes[1:]):
        layers += [nn.Linear(rows, columns), activation()]
    return nn.Sequential(*layers[:-1])


def cnn():
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(32 * 7 * 7, 10))


def training(model, criterion, x, target):
    descent = torch.optim.SGD(model.parameters(), lr=RATE)

    def step():
        descent.zero_grad(set_to_none=True)
        criterion(model(x), target).backward()
        descent.step()

    return step, lambda: criterion(model(x), target).item()


def product():
    a, b, y = torch.randn(512, 512), torch.randn(512, 512), torch.empty(512, 512)
    return lambda: torch.mm(a, b, out=y), None


WORKLOADS = {
    'mlp-large': lambda: training(
        mlp([784, 512, 512, 10], nn.ReLU), nn.functional.cross_entropy, torch.randn(128, 784), torch.randint(10, (128,))),
    'mlp-small': lambda: training(
        mlp([2, 16, 16, 1], nn.Tanh), nn.functional.mse_loss, torch.randn(32, 2), torch.randn(32, 1)),
    'cnn': lambda: training(cnn(), nn.functional.cross_entropy, torch.randn(32, 1, 28, 28), torch.randint(10, (32,))),
    'gemm-512': product,
}


def measure(step, seconds):
    """Median and least time of a step over about `seconds`, after half of that to warm up. [s]"""
    clock = time.perf_counter
    begun, steps = clock(), 0
    while steps < 3 or clock() - begun < seconds / 2:
        step()
        steps += 1
    group = max(1, round(SAMPLE * steps / (clock() - begun)))
    samples, start = [], clock()
    while len(samples) < 3 or clock() - start < seconds:
        before = clock()
        for _ in range(group):
            step()
        samples.append((clock() - before) / group)
    return statistics.median(samples), min(samples)


def blas():
    """The BLAS in use: MKL where torch was built with it, else the library this process has mapped."""
    if torch.backends.mkl.is_available():
        return 'MKL'
    try:
        with open('/proc/self/maps') as maps:
            paths = sorted({line.split()[-1] for line in maps if re.search(r'(blas|blis|atlas)[^/]*\.so', line)})
    except OSError:
        return 'unknown BLAS'
    paths = [path for path in paths if '/numpy' not in path]  # NumPy's own copy isn't torch's.
    # Debian chooses libblas.so.3 and liblapack.so.3 apart; the latter may bring OpenBLAS where products are the generic ones.
    paths = [path for path in paths if '/libblas.so' in path] or paths
    for name in ('openblas', 'blis', 'atlas'):
        if any(name in path.lower() for path in paths):
            return {'openblas': 'OpenBLAS', 'blis': 'BLIS', 'atlas': 'ATLAS'}[name]
    return 'generic BLAS' if paths else 'unknown BLAS'


def main():
    name, threads, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    torch.set_num_threads(threads)
    torch.set_num_interop_threads(1)
    torch.manual_seed(1)
    step, loss = WORKLOADS[name]()
    before = loss and loss()
    median, minimum = measure(step, seconds)
    after = loss and loss()
    if loss and not after < before:
        sys.exit(f'the loss went from {before} to {after}: the steps do not train')
    torch.mm(torch.ones(8, 8), torch.ones(8, 8))  # Loads the BLAS if no step has.
    onednn = 'oneDNN' if torch.backends.mkldnn.is_available() else 'no oneDNN'
    line = {'workload': name, 'threads': torch.get_num_threads()}
    if loss:
        line.update(median=median * 1e3, minimum=minimum * 1e3, unit='ms')
    else:
        line.update(median=2 * 512**3 / median / 1e9, minimum=2 * 512**3 / minimum / 1e9, unit='GFLOP/s')
    print(json.dumps({**line, 'version': f'{torch.__version__}, {blas()}, {onednn}', 'blas': blas()}))


main()
