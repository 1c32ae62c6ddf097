"""Is the peer the same network? Its forward pass, loss, gradients and three training steps against the golden files of
tools/golden, which were computed one sample at a time in float64; and its sparse sums against torch.unique."""
import json
import os

import torch

from torch_model import Adam, Network, Rows, Sizes, sum_rows
from torch_rank import Ranker

FILES = ("full_model.json", "train_three_steps.json")


def read(folder, name):
    with open(os.path.join(folder, name)) as file:
        return json.load(file)


def network_of(doc, dtype):
    h, params = doc["hyper"], doc["params"]
    sizes = Sizes(slots=h["S"], dim=h["D"], history=h["L"], attention=h["A"], negatives=h["K"], layers=tuple(h["sizes"]),
                  tasks=len(h["tasks"]), dense=h["M"], item_slot=h["item_slot"], beta=h["beta"])
    network = Network(sizes, dtype=dtype)
    with torch.no_grad():
        for name, values in peer_names(h, params, dtype).items():
            network.p[name].copy_(values)
    return network


def peer_names(h, params, dtype):
    """The golden parameters (or their gradients) under the peer's names: W over P, the first layer's for all tasks."""
    g = {name: torch.tensor(values, dtype=dtype) for name, values in params.items()}
    result = {}
    for k, m in enumerate(h["sizes"]):
        w = [g[f"{t}.{k}.W"] for t in h["tasks"]]
        p = [g[f"{t}.{k}.P"] for t in h["tasks"] if f"{t}.{k}.P" in g]
        b = [g[f"{t}.{k}.b"] for t in h["tasks"]]
        if k == 0:
            result["first.WP"], result["first.b"] = torch.cat(w + p), torch.cat(b)
        for t in range(len(w) if k > 0 else 0):
            result[f"{t}.{k}.WP"] = torch.cat([w[t]] + p[t:t + 1])
            result[f"{t}.{k}.b"] = b[t]
    result["w_out"] = torch.stack([g[f"{t}.w_out"] for t in h["tasks"]])
    result["b_out"] = torch.cat([g[f"{t}.b_out"] for t in h["tasks"]])
    result.update({"u." + k[4:]: v for k, v in g.items() if k.startswith("u2i.")})
    result.update({"i." + k[4:]: v for k, v in g.items() if k.startswith("i2i.")})
    result.update({k: g[k] for k in ("wide_bias", "fm_a", "pos")})
    return result


def inputs_of(doc, batch, rows, out_rows, wide):
    """What the batch generator gives the network, from bags of several ids: pooling here is a matrix over all rows."""
    h, dtype = doc["hyper"], rows.dtype
    b, s = h["B"], h["S"]
    pool, count = torch.zeros(b * s, len(rows), dtype=dtype), torch.zeros(b, len(rows), dtype=dtype)
    for i, bags in enumerate(batch["bags"]):
        for slot, ids in enumerate(bags):
            for j in (j for j in ids if j >= 0):
                pool[i * s + slot, j] += 1 / (len(ids) if h["pooling"][slot] == "mean" else 1)
                count[i, j] += 1
    history = torch.tensor(batch["history"])
    mask = (history >= 0).to(dtype)
    shorter = mask.clone()
    shorter[:, 0] = 0
    items = torch.cat([torch.tensor(batch["target"])[:, None], history[:, :1].clamp(min=0), torch.tensor(batch["negatives"])], 1)
    return {"v": torch.mm(pool, rows).view(b, s, -1), "e": rows[history.clamp(min=0)] * mask.unsqueeze(2), "out": out_rows[items],
            "wide": torch.mm(count, wide), "dense": torch.tensor(batch["dense"], dtype=dtype) if h["M"] else None,
            "live": torch.stack([mask, shorter, mask], 1)}, int((mask.sum(1) >= 2).sum())


def step(doc, batch, network, sparse):
    """Loss and all gradients, those of dense parameters by their names in order."""
    inputs, aux_count = inputs_of(doc, batch, *sparse)
    logits, aux = network.forward(**inputs)
    loss = network.loss(logits, torch.tensor(batch["y"], dtype=logits.dtype), aux, aux_count, doc["hyper"]["omega"],
                        torch.tensor(batch["weight"], dtype=logits.dtype))
    grads = torch.autograd.grad(loss, list(network.p.values()) + sparse)
    return logits, loss, aux / max(aux_count, 1), grads


class Compare:
    def __init__(self):
        self.worst, self.failed = 0.0, 0

    def near(self, name, actual, expected, absolute, relative):
        expected = torch.as_tensor(expected, dtype=torch.float64)
        bound = absolute + relative * float(expected.abs().max())
        error = float((actual.detach().to(torch.float64) - expected).abs().max())
        self.worst = max(self.worst, error / bound)
        if not error <= bound:
            self.failed += 1
            print(f"  {name}: off by {error:.3g}, bound {bound:.3g}")


def check_full(folder, compare, dtype):
    doc = read(folder, FILES[0])
    network = network_of(doc, dtype)
    sparse = [torch.tensor(doc["params"][k], dtype=dtype).requires_grad_() for k in ("rows", "out_rows", "wide")]
    logits, loss, aux, grads = step(doc, doc["inputs"], network, sparse)
    outputs = doc["outputs"]
    compare.near("logits", logits, outputs["logits"], 1e-6, 1e-5)
    compare.near("loss", loss, doc["loss"], 1e-6, 1e-5)
    compare.near("aux_loss", aux, outputs["aux_loss"], 1e-6, 1e-5)
    expected = peer_names(doc["hyper"], doc["grads"], torch.float64)
    for name, gradient in zip(network.p, grads):
        compare.near("d " + name, gradient, expected[name], 1e-7, 1e-5)
    for name, gradient in zip(("rows", "out_rows", "wide"), grads[len(network.p):]):
        compare.near("d " + name, gradient, doc["grads"][name], 1e-7, 1e-5)


def check_steps(folder, compare, dtype):
    doc = read(folder, FILES[1])
    h, hp, state = doc["hyper"], doc["optimisers"], doc["initial_state"]
    network = network_of(doc, dtype)
    dense = hp["dense"]
    adam = Adam(network.flat, dense["lr"], dense["beta1"], dense["beta2"], dense["eps"])
    d, t, v = h["D"], len(h["tasks"]), h["V"]
    table = Rows(v + h["VI"], d, t, lr=hp["rows"]["lr"], eps=hp["rows"]["eps"], alpha=hp["wide"]["alpha"], beta=hp["wide"]["beta"],
                 lambda1=hp["wide"]["lambda1"], dtype=dtype)
    put = lambda part, first, values: table.table[first:first + len(values), part].copy_(torch.tensor(values, dtype=dtype))
    put(slice(0, d), 0, doc["params"]["rows"] + doc["params"]["out_rows"])
    put(slice(d, 2 * d), 0, state["rows.n"] + state["out_rows.n"])
    for k, values in enumerate((doc["params"]["wide"], state["wide.z"], state["wide.n"])):
        put(slice(2 * d + k * t, 2 * d + (k + 1) * t), 0, values)
    columns = table.table
    for k in range(3):
        batch = doc["batches"][str(k)]
        sparse = [x.clone().requires_grad_() for x in (columns[:v, :d], columns[v:, :d], columns[:v, 2 * d:2 * d + t])]
        _, loss, _, grads = step(doc, batch, network, sparse)
        compare.near(f"loss of step {k}", loss, doc["losses"][k][0], 1e-5, 0)
        g_rows, g_out, g_wide = grads[-3:]
        g = torch.cat([g_rows, g_out])
        used = torch.nonzero((g.abs().sum(1) > 0)).view(-1)
        with torch.no_grad():
            table.find(used)
            table.step(used, table.gather(used), g[used], torch.cat([g_wide, torch.zeros(h["VI"], t, dtype=dtype)])[used], 1)
            adam.step(grads[:len(network.p)])
    for name, expected in peer_names(h, {k: doc["final_params"][k] for k in doc["final_params"]}, torch.float64).items():
        compare.near("final " + name, network.p[name], expected, 5e-6, 0)
    compare.near("final rows", columns[:v, :d], doc["final_params"]["rows"], 5e-6, 0)
    compare.near("final out_rows", columns[v:, :d], doc["final_params"]["out_rows"], 5e-6, 0)
    compare.near("final wide", columns[:v, 2 * d:2 * d + t], doc["final_params"]["wide"], 5e-6, 0)


def check_sparse(compare):
    ids = torch.randint(0, 300, (1000,), generator=torch.Generator().manual_seed(3))
    gradients = torch.randn(500, 8, generator=torch.Generator().manual_seed(4), dtype=torch.float64)
    unique, inverse = Rows(300, 8, 2).find(ids)
    assert torch.equal(unique[inverse], ids) and torch.equal(unique.sort()[0], torch.unique(ids))
    expected = torch.zeros(300, 8, dtype=torch.float64).index_add_(0, ids, gradients.repeat_interleave(2, 0))
    compare.near("sums of rows", sum_rows(len(unique), [(inverse[:600], gradients[:300], 2), (inverse[600:], gradients[300:], 2)]),
                 expected[unique], 0, 1e-12)


def check_rank(compare, dtype):
    """Ranking, which computes the user's part once, against the forward pass of training with the user repeated."""
    sizes, count, users = Sizes(slots=6, dim=8, history=7, attention=4, negatives=1, layers=(12, 12, 5), item_slot=3), 9, 3
    network, rows = Network(sizes, dtype=dtype), Rows(40, sizes.dim, sizes.tasks, dtype=dtype)
    rows.table.normal_(0, 1, generator=torch.Generator().manual_seed(5)).mul_(0.3)
    user, items = torch.arange(users + sizes.history), torch.arange(count * (sizes.slots - users + 1)).view(count, -1) + 4
    vectors, wide = rows.table[:, :sizes.dim], rows.table[:, 2 * sizes.dim:2 * sizes.dim + sizes.tasks]
    slots = torch.cat([user[:users].expand(count, users), items[:, :-1]], 1)
    out = vectors[items[:, -1:]].expand(count, 2 + sizes.negatives, sizes.dim)
    with torch.no_grad():
        logits, _ = network.forward(vectors[slots], vectors[user[users:]].repeat(count, 1, 1), out, wide[slots].sum(1))
        probabilities, order = Ranker(network, rows, users).rank(user, items)
    compare.near("ranking", probabilities, torch.sigmoid(logits).cumprod(1), 1e-6, 0)
    assert torch.equal(order, torch.argsort(probabilities[:, 0], descending=True))


def check(folder):
    """Whether all is equal within the tolerances of tools/golden/README.md, in float64 and in float32."""
    missing = [name for name in FILES if not os.path.exists(os.path.join(folder, name))]
    if missing:
        print(f"'{folder}' lacks {', '.join(missing)}; name the folder of the golden files in FRESHET_GOLDENS.")
        return False
    failed = 0
    for dtype in (torch.float64, torch.float32):
        compare = Compare()
        check_full(folder, compare, dtype)
        check_steps(folder, compare, dtype)
        check_sparse(compare)
        check_rank(compare, dtype)
        failed += compare.failed
        print(f"{dtype}: {', '.join(FILES)}, ranking: {'equal' if compare.failed == 0 else str(compare.failed) + ' differ'}; "
              f"the worst difference uses {100 * compare.worst:.2g} % of its bound")
    return failed == 0
