#!/usr/bin/env python3
"""Two builds of Freshet beside each other: the ratio of processor time, new over old.

Usage: bench/compare/compare.py OLD NEW [--rounds 9] [--only join,kuairand] [--kuairand DIR] [--events 1500000]

OLD and NEW are checkouts in which `dotnet build -c Release` was run. In each round both run the same command at
the same time, each on one processor of its own, and the next round swaps the processors: what disturbs one run
disturbs the other. `train` and `rank` measure themselves and run one after the other. Printed for each command are
the median of the ratios and the interval that holds the median with 95 % (of order statistics). A command is
slower where the whole interval is above 1.03; then the exit code is 1.
"""
import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old")
    parser.add_argument("new")
    parser.add_argument("--rounds", type=int, default=9, help="rounds, 6 or more for an interval")
    parser.add_argument("--only", default="join,train,rank,log,kuairand", help="commands to compare")
    parser.add_argument("--kuairand", default=os.environ.get("FRESHET_KUAIRAND"), help="folder of KuaiRand-Pure")
    parser.add_argument("--events", type=int, default=1_500_000, help="events of the log that is joined")
    options = parser.parse_args()
    if options.rounds < 6:
        parser.error(f"--rounds is {options.rounds}; an interval of 95 % needs 6 or more")

    print(f"Processor: {processor()}; {options.rounds} rounds; ratio of processor time, new over old")
    slower = []
    with tempfile.TemporaryDirectory() as work:
        for name in options.only.split(","):
            ratios = measure(name, options, work)
            if ratios is None:
                continue
            low, high = interval(sorted(ratios))
            print(f"{name:9} median {statistics.median(ratios):.3f}  95 % interval {low:.3f} to {high:.3f}", flush=True)
            if low > 1.03:
                slower.append(name)
    if slower:
        print("Slower: " + ", ".join(slower))
    sys.exit(1 if slower else 0)


def measure(name, options, work):
    """The ratios of a command, one a round; None where its input is not there."""
    roots = [os.path.abspath(options.old), os.path.abspath(options.new)]
    if name in ("train", "rank"):
        field = {"train": "train_samples_per_second", "rank": "rank_candidates_per_second"}[name]
        return [rate(roots[0], name, field, work) / rate(roots[1], name, field, work) for _ in range(options.rounds)]
    arguments = command(name, options, work)
    if arguments is None:
        return None
    return [side_by_side(roots, arguments, work, swap=turn % 2 == 1) for turn in range(options.rounds)]


def command(name, options, work):
    """Arguments of a command; {root} is the checkout and {out} an empty folder."""
    if name == "join":
        path = os.path.join(work, "join.ndjson")
        if not os.path.exists(path):
            run([sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../join/events.py"), str(options.events), path])
        return ["join", "--scene", "{root}/examples/demo/scene.yaml", "--events", path, "--out", "{out}"]
    if name == "log":
        path = os.path.join(work, "demo.ndjson")
        if not os.path.exists(path):
            run([binary(os.path.abspath(options.new)), "demo", "--seed", "1", "--export-events", path])
        return ["replay", "--scene", "{root}/examples/demo/scene.yaml", "--events", path, "--report", "{out}/report.json"]
    if name == "kuairand":
        if not options.kuairand:
            print("kuairand  left out: give --kuairand DIR or set FRESHET_KUAIRAND")
            return None
        return ["replay", "--dataset", "kuairand", "--data", options.kuairand, "--arms", "frozen,daily,2h,15m",
                "--base-until", "2022-04-30", "--evaluate-from", "2022-05-01", "--report", "{out}/report.json"]
    sys.exit(f"There is no command '{name}'; there are join, train, rank, log and kuairand.")


def side_by_side(roots, arguments, work, swap):
    processes = []
    for index, root in enumerate(roots):
        out = tempfile.mkdtemp(dir=work)
        filled = [part.format(root=root, out=out) for part in arguments]
        pinned = ["taskset", "-c", str(index ^ swap), binary(root), *filled]
        processes.append(subprocess.Popen(pinned, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
    seconds = {}
    for _ in processes:
        pid, status, usage = os.wait4(-1, 0)
        if status:
            sys.exit(f"{arguments[0]} of {roots[[p.pid for p in processes].index(pid)]} ended with status {status}.")
        seconds[pid] = usage.ru_utime + usage.ru_stime
        print(f"  {seconds[pid]:8.2f} s  {usage.ru_maxrss:9} kB  {'new' if pid == processes[1].pid else 'old'}", file=sys.stderr, flush=True)
    return seconds[processes[1].pid] / seconds[processes[0].pid]


def rate(root, name, field, work):
    report = os.path.join(work, "bench.json")
    run([binary(root), "bench", name, "--threads", "1", "--seconds", "5", "--report", report])
    with open(report) as file:
        return json.load(file)[field]


def run(arguments):
    subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def binary(root):
    return os.path.join(root, "artifacts/bin/Freshet.Cli/release/freshet")


def interval(ratios):
    """Order statistics that hold the median with at least 95 %: no distribution is assumed."""
    count, rank, below = len(ratios), 0, 0
    while 2 * (below + math.comb(count, rank)) <= 0.05 * 2 ** count:
        below += math.comb(count, rank)
        rank += 1
    return ratios[rank - 1], ratios[count - rank]


def processor():
    with open("/proc/cpuinfo") as file:
        return next(line.split(":", 1)[1].strip() for line in file if line.startswith("model name"))


if __name__ == "__main__":
    main()
