#!/usr/bin/env bash
# freshet join from end to end: a log of EVENTS events (one impression in five, 200,000 users), NDJSON to sample files; three runs, then one that is
# killed on its way and started again. Usage: bench/join/run.sh [EVENTS] [more options of join, such as --mode window]
set -euo pipefail
events=${1:-3000000}
shift || true
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dotnet build "$root/src/Freshet.Cli" -c Release -v quiet --nologo >/dev/null
freshet=$(find "$root/artifacts/bin/Freshet.Cli/release" -maxdepth 1 -name freshet.dll)
python3 "$root/bench/join/events.py" "$events" "$work/events.ndjson"
ls -l "$work/events.ndjson" | awk '{print $5 / 1e6 " MB of NDJSON"}'
arguments=("$freshet" join --scene "$root/examples/demo/scene.yaml" --events "$work/events.ndjson")
join() { dotnet "${arguments[@]}" --out "$1" "${@:2}"; }
for run in 1 2 3; do
    join "$work/out$run" "$@" 2>/dev/null | tail -2
done
dotnet "${arguments[@]}" --out "$work/killed" --checkpoint 2s "$@" >/dev/null 2>&1 &
sleep $((events / 500000))
kill -9 $!
wait || true
du -sm "$work/killed/demo/checkpoints" | awk '{print "killed; checkpoints " $1 " MB"}'
join "$work/killed" --checkpoint 2s "$@" 2>&1 | grep -E "Went on|Checkpoints|Took"
diff -r "$work/out1/demo" "$work/killed/demo" && echo "the files are those of the undisturbed runs"
