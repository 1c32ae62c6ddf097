#!/usr/bin/env python3
"""A log to join, the same for each COUNT: one impression in five, 200,000 users. Usage: events.py COUNT FILE"""
import random
import sys


def write_log(count, path):
    random.seed(1)
    shown = 0
    with open(path, "w") as out:
        for i in range(count):
            at = 1651363200000 + i * 20
            if i % 5 == 0:
                page, item = shown // 20, shown % 20
                shown += 1
                out.write(f'{{"type":"impression","event_id":"e{i}","request_id":"r{page}","user_id":"u{page * 7919 % 200000}",'
                          f'"item_id":"h{item}","at":{at},"position":{item},'
                          f'"features":{{"item.category":"sing","user.age_range":"a{page % 7}"}}}}\n')
            else:
                s = max(0, shown - 1 - (random.randrange(20000) if random.random() < .5 else random.randrange(shown)))
                kind, value = ("click", 1) if random.random() < .67 else ("watch", 12)
                out.write(f'{{"type":"{kind}","event_id":"e{i}","request_id":"r{s // 20}","user_id":"u{s // 20 * 7919 % 200000}",'
                          f'"item_id":"h{s % 20}","at":{at},"value":{value}}}\n')


if __name__ == "__main__":
    write_log(int(sys.argv[1]), sys.argv[2])
