#!/usr/bin/python3
"""What `freshet bench train` and `freshet bench rank` measure, done with PyTorch: the yardstick for speed (README.md).

    /usr/bin/python3 torch_step.py --mode train --threads 1
    /usr/bin/python3 torch_step.py --check
"""
import argparse
import ctypes
import json
import os
import sys
import time

BATCHES = 50        # different batches (and requests), made before the clock starts, used in turn
GROUPS = 4          # user_a, user_b, item, item_field: see README.md
HERE = os.path.dirname(os.path.abspath(__file__))


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value, what in (
            ("batch", 512, "samples of a step"), ("slots", 24, "single-valued slots, half of them the user's"),
            ("dim", 16, "floats of a row"), ("history", 50, "items of a history"), ("attention", 16, "hidden units of an attention"),
            ("negatives", 20, "negatives of the auxiliary loss"), ("tasks", 2, "tasks, a chain"),
            ("vocabulary", 1_000_000, "ids of a slot group"), ("candidates", 300, "candidates of a request"),
            ("threads", os.cpu_count(), "threads")):
        parser.add_argument("--" + name, type=int, default=value, help=f"{what} (default: {value})")
    parser.add_argument("--layers", default="256,128,64", help="units of a tower's layers (default: 256,128,64)")
    parser.add_argument("--zipf", type=float, default=1.05, help="exponent of the popularity of ids (default: 1.05)")
    parser.add_argument("--seconds", type=float, default=10, help="time to measure (default: 10)")
    parser.add_argument("--mode", choices=("train", "rank"), default="train")
    parser.add_argument("--report", help="writes the figures as JSON to this file")
    parser.add_argument("--check", action="store_true", help="compares with the golden files instead (folder: FRESHET_GOLDENS)")
    parser.add_argument("--profile", action="store_true", help="shows where the time goes instead")
    options = parser.parse_args(arguments)
    options.layers = tuple(int(units) for units in options.layers.split(","))
    for name, least in (("batch", 1), ("slots", 2), ("dim", 1), ("history", 2), ("attention", 1), ("negatives", 1), ("tasks", 1),
                        ("vocabulary", 1), ("candidates", 1), ("threads", 1)):
        if getattr(options, name) < least:
            parser.error(f"--{name} is {getattr(options, name)}; use {least} or more")
    return options


OPTIONS = parse(sys.argv[1:])
# Before PyTorch and OpenBLAS are loaded: they make their threads then.
for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ[variable] = str(OPTIONS.threads)
# PyTorch's threads (OpenMP) and OpenBLAS's are not the same ones; while they spin they keep each other from the cores.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("ATEN_CPU_CAPABILITY", "avx512" if "avx512f" in open("/proc/cpuinfo").read() else "avx2")

import numpy  # noqa: E402
import torch  # noqa: E402

sys.path.insert(0, HERE)
from torch_model import Adam, Network, Rows, Sizes, sum_rows  # noqa: E402
from torch_rank import Ranker  # noqa: E402


def keep_memory():
    """glibc hands large blocks back to the system and takes them again for every tensor; that costs a page fault a page."""
    try:
        libc = ctypes.CDLL("libc.so.6")
        assert libc.mallopt(-3, 32 << 20)       # M_MMAP_THRESHOLD, its largest value
        assert libc.mallopt(-1, (1 << 31) - 1)  # M_TRIM_THRESHOLD
        assert libc.mallopt(-2, 64 << 20)       # M_TOP_PAD
    except OSError:
        pass


class Scene:
    """Ids of every input. The tables lie one after another in one matrix: the groups, then the output rows."""

    def __init__(self, options, seed=42):
        self.o, self.random = options, numpy.random.RandomState(seed)
        self.user_slots = options.slots // 2
        share = numpy.arange(1, options.vocabulary + 1, dtype=numpy.float64) ** -options.zipf
        self.cumulative = numpy.cumsum(share) / share.sum()
        half = self.user_slots // 2
        self.group = [0] * half + [1] * (self.user_slots - half) + [2] + [3] * (options.slots - self.user_slots - 1)

    def draw(self, count, group):
        ranks = numpy.minimum(numpy.searchsorted(self.cumulative, self.random.random_sample(count)), self.o.vocabulary - 1)
        return ranks + group * self.o.vocabulary

    def slots(self, count, first, last):
        return numpy.stack([self.draw(count, self.group[slot]) for slot in range(first, last)], 1)

    def batch(self):
        o = self.o
        slots = self.slots(o.batch, 0, o.slots)
        history = self.draw(o.batch * o.history, 2).reshape(o.batch, -1)
        negatives = self.draw(o.batch * o.negatives, 2).reshape(o.batch, -1)
        out = numpy.concatenate([slots[:, self.user_slots:self.user_slots + 1], history[:, :1], negatives], 1) + 2 * o.vocabulary
        labels = numpy.cumprod(self.random.random_sample((o.batch, o.tasks)) < 0.3, 1)
        ids = numpy.concatenate([slots.reshape(-1), history.reshape(-1), out.reshape(-1)])
        return torch.from_numpy(ids), torch.from_numpy(labels.astype(numpy.float32))

    def request(self):
        o = self.o
        user = numpy.concatenate([self.slots(1, 0, self.user_slots)[0], self.draw(o.history, 2)])
        items = self.slots(o.candidates, self.user_slots, o.slots)
        return torch.from_numpy(user), torch.from_numpy(numpy.concatenate([items, items[:, :1] + 2 * o.vocabulary], 1))


class Trainer:
    def __init__(self, options):
        o = self.o = options
        self.scene = Scene(o)
        self.sizes = Sizes(o.slots, o.dim, o.history, o.attention, o.negatives, o.layers, o.tasks, 0, self.scene.user_slots)
        self.network = Network(self.sizes)
        self.rows = Rows((GROUPS + 1) * o.vocabulary, o.dim, o.tasks)
        self.adam = Adam(self.network.flat)
        self.parameters = list(self.network.p.values())
        self.starts = torch.arange(0, o.batch * o.slots, o.slots)

    def step(self, ids, labels):
        o, s, d = self.o, self.sizes, self.sizes.dim
        a, b = o.batch * o.slots, o.batch * (o.slots + o.history)
        unique, inverse = self.rows.find(ids)
        rows = self.rows.gather(unique)
        parts = (inverse[:a], inverse[a:b], inverse[b:])
        shapes = ((o.batch, o.slots, d), (o.batch, o.history, d), (o.batch, 2 + o.negatives, d))
        v, e, out = (rows[0].index_select(0, part).view(shape).requires_grad_() for part, shape in zip(parts, shapes))
        wide = torch.nn.functional.embedding_bag(parts[0], rows[2], self.starts, mode="sum")
        wide.requires_grad_()
        logits, aux = self.network.forward(v, e, out, wide)
        loss = self.network.loss(logits, labels, aux, o.batch)
        g_v, g_e, g_out, g_wide, *grads = torch.autograd.grad(loss, [v, e, out, wide] + self.parameters)
        with torch.no_grad():
            g = sum_rows(len(unique), [(part, x.view(-1, d), 1) for part, x in zip(parts, (g_v, g_e, g_out))])
            self.rows.step(unique, rows, g, sum_rows(len(unique), [(parts[0], g_wide, o.slots)]), o.batch)
            self.adam.step(grads)
        return float(loss)


def slices(run, seconds, per_run):
    """Rates of slices of the measured time, twenty of them or as many as there is time for: [per_run · runs / s]."""
    rates, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end or not rates:
        start, count = time.perf_counter(), 0
        while count == 0 or time.perf_counter() - start < seconds / 20:
            run()
            count += 1
        rates.append(count * per_run / (time.perf_counter() - start))
    return sorted(rates)


def cycle(values):
    while True:
        yield from values


def train(options):
    trainer = Trainer(options)
    batches = [trainer.scene.batch() for _ in range(BATCHES)]
    losses = [trainer.step(*batch) for batch in batches]
    turn = cycle(batches)
    if options.profile:
        return profile(lambda: losses.append(trainer.step(*next(turn))))
    rates = slices(lambda: losses.append(trainer.step(*next(turn))), options.seconds, options.batch)
    assert all(loss == loss for loss in losses), "a loss is not a number"
    return {"train_samples_per_second": rates[len(rates) // 2], "train_samples_per_second_min": rates[0],
            "train_samples_per_second_max": rates[-1], "first_loss": losses[0], "last_loss": losses[-1]}


def rank(options):
    trainer = Trainer(options)
    trainer.step(*trainer.scene.batch())
    requests = [trainer.scene.request() for _ in range(BATCHES)]
    ranker = Ranker(trainer.network, trainer.rows, trainer.scene.user_slots)
    times, turn = [], cycle(requests)
    with torch.inference_mode():
        def run():
            start = time.perf_counter()
            ranker.rank(*next(turn))
            times.append(time.perf_counter() - start)

        for _ in range(4 * BATCHES):
            run()
        if options.profile:
            return profile(run)
        times.clear()
        rates = slices(run, options.seconds, options.candidates)
    times.sort()
    return {"rank_candidates_per_second": rates[len(rates) // 2], "rank_candidates_per_second_min": rates[0],
            "rank_candidates_per_second_max": rates[-1], f"rank_{options.candidates}_p50_us": 1e6 * times[len(times) // 2],
            f"rank_{options.candidates}_p99_us": 1e6 * times[int(len(times) * 0.99)]}


def profile(run):
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU], record_shapes=True) as result:
        for _ in range(50):
            run()
    print(result.key_averages(group_by_input_shape=True).table(sort_by="self_cpu_time_total", row_limit=50, max_name_column_width=40))
    return {}


def main():
    options = OPTIONS
    torch.set_num_threads(options.threads)
    if options.check:
        from torch_check import check
        folder = os.environ.get("FRESHET_GOLDENS", os.path.join(HERE, "..", "..", "tests", "Freshet.Tests", "Golden"))
        return 0 if check(folder) else 1
    keep_memory()
    torch.set_flush_denormal(True)
    figures = train(options) if options.mode == "train" else rank(options)
    report = {**figures, **{k: v for k, v in vars(options).items() if k not in ("report", "check", "profile")},
              "torch": torch.__version__, "cpu_capability": os.environ["ATEN_CPU_CAPABILITY"],
              "omp_wait_policy": os.environ["OMP_WAIT_POLICY"]}
    text = json.dumps(report, indent=2)
    print(text)
    if options.report:
        with open(options.report, "w") as file:
            file.write(text + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
