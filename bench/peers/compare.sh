#!/usr/bin/env bash
# Freshet and its PyTorch peer side by side, in turn (ABAB…), on one thread and on all: medians and ratios as a Markdown table.
#
#   bench/peers/compare.sh [REPETITIONS] [OPTIONS of both, such as --seconds 5 --batch 1024]
#
# FRESHET: the command to measure; default: the Release build of this checkout. PEER_PYTHON: default /usr/bin/python3.
# REPORTS: folder that keeps every single report; default: a temporary one.
set -euo pipefail
cd "$(dirname "$0")/../.."
repetitions=3
if [[ ${1:-} =~ ^[0-9]+$ ]]; then
  repetitions=$1
  shift
fi
freshet=${FRESHET:-dotnet artifacts/bin/Freshet.Cli/release/freshet.dll}
python=${PEER_PYTHON:-/usr/bin/python3}
reports=${REPORTS:-$(mktemp -d)}
mkdir -p "$reports"
cores=$(nproc)
threads=(1)
[[ $cores -gt 1 ]] && threads+=("$cores")

for count in "${threads[@]}"; do
  for mode in train rank; do
    for ((turn = 1; turn <= repetitions; turn++)); do
      echo "$mode, $count threads, $turn of $repetitions" >&2
      $python bench/peers/torch_step.py --mode "$mode" --threads "$count" "$@" --report "$reports/peer-$mode-$count-$turn.json" > /dev/null
      $freshet bench "$mode" --threads "$count" "$@" --report "$reports/freshet-$mode-$count-$turn.json" > /dev/null
    done
  done
done

"$python" - "$reports" "${threads[@]}" << 'END'
import glob
import json
import os
import statistics
import sys

reports, threads = sys.argv[1], sys.argv[2:]
lower_is_better = ("_us",)


def load(who, mode, count):
    return [json.load(open(path)) for path in sorted(glob.glob(os.path.join(reports, f"{who}-{mode}-{count}-*.json")))]


def median(runs, field):
    values = [run[field] for run in runs if field in run]
    return statistics.median(values) if values else None


model = load("freshet", "train", threads[0])[0]["model"]
if model != "esmm-dfm-dmr":
    print(f"**Not the same work**: Freshet ran `{model}`, the peer `esmm-dfm-dmr`.\n")
print("| what | threads | PyTorch | Freshet | Freshet ÷ PyTorch |")
print("|---|---|---|---|---|")
for mode in ("train", "rank"):
    for count in threads:
        peer, own = load("peer", mode, count), load("freshet", mode, count)
        fields = [name for name in peer[0] if name.startswith(mode + "_") and not name.endswith(("_min", "_max"))]
        for field in fields:
            left, right = median(peer, field), median(own, field)
            ratio = left / right if field.endswith("_us") else right / left
            note = " (faster)" if field.endswith("_us") else ""
            print(f"| `{field}` | {count} | {left:,.0f} | {right:,.0f} | {ratio:.2f}{note} |")
        share, peak, gflops = (median(own, name) for name in ("share_of_fma_peak", "fma_peak_gflops", "gflops"))
        print(f"| share of the FMA ceiling ({peak:.0f} GFLOP/s), {mode} | {count} | | {100 * share:.0f} % | |")
END
echo "Reports: $reports" >&2
