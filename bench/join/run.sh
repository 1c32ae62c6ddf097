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
python3 - "$events" "$work/events.ndjson" <<'PY'
import random, sys
random.seed(1)
count, path = int(sys.argv[1]), sys.argv[2]
shown = 0
with open(path, "w") as out:
    for i in range(count):
        at = 1651363200000 + i * 20
        if i % 5 == 0:
            page, item = shown // 20, shown % 20
            shown += 1
            out.write(f'{{"type":"impression","event_id":"e{i}","request_id":"r{page}","user_id":"u{page * 7919 % 200000}","item_id":"h{item}","at":{at},"position":{item},'
                      f'"features":{{"item.category":"sing","user.age_range":"a{page % 7}"}}}}\n')
        else:
            s = max(0, shown - 1 - (random.randrange(20000) if random.random() < .5 else random.randrange(shown)))
            kind, value = ("click", 1) if random.random() < .67 else ("watch", 12)
            out.write(f'{{"type":"{kind}","event_id":"e{i}","request_id":"r{s // 20}","user_id":"u{s // 20 * 7919 % 200000}","item_id":"h{s % 20}","at":{at},"value":{value}}}\n')
PY
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
