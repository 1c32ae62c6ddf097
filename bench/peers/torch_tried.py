#!/usr/bin/python3
"""What was tried for torch_step.py and what it costs, piece by piece: prints the table of README.md.

    /usr/bin/python3 torch_tried.py --threads 1

The first lines are whole training steps: the textbook program (autograd, nn.Embedding(sparse=True), torch.optim), the same
scripted, and the peer. The rest are alternatives for one piece, at the default sizes; the one in use is marked with *.
"""
import time

import torch_step  # reads the options and sets the threads before PyTorch is loaded
import torch
from torch import nn
from torch.nn import functional as F

import torch_model

O = torch_step.OPTIONS


# One thread: its own time on the CPU, whatever else runs on the machine.
CLOCK = time.process_time if O.threads == 1 else time.perf_counter


def median(run, reps=30):
    """Median ms of a run, after five that do not count."""
    times = []
    for _ in range(reps + 5):
        start = CLOCK()
        run()
        times.append(CLOCK() - start)
    return 1e3 * sorted(times[5:])[reps // 2]


class Textbook(nn.Module):
    """The same network as a tutorial would write it: batched, but a layer at a time, a task at a time."""

    def __init__(self, sizes):
        super().__init__()
        s = sizes
        self.tasks: int = s.tasks
        self.item: int = s.item_slot
        d, a = s.dim, s.attention
        self.u_e, self.u_p, self.u_z, self.u_u = nn.Linear(d, a, False), nn.Linear(d, a), nn.Linear(a, 1, False), nn.Linear(d, d)
        self.i_e, self.i_p, self.i_c, self.i_z = nn.Linear(d, a, False), nn.Linear(d, a), nn.Linear(d, a, False), nn.Linear(a, 1, False)
        self.pos = nn.Parameter(torch.randn(s.history, d) * 0.1)
        self.fm_a, self.bias = nn.Linear(d, s.tasks, False), nn.Parameter(torch.zeros(s.tasks))
        sizes = (s.inputs,) + tuple(s.layers)
        self.w = nn.ModuleList([nn.ModuleList([nn.Linear(n, m) for n, m in zip(sizes, sizes[1:])]) for _ in range(s.tasks)])
        self.p = nn.ModuleList([nn.ModuleList([nn.Linear(n, m, False) for n, m in zip(sizes, sizes[1:])]) for _ in range(s.tasks)])
        self.out = nn.ModuleList([nn.Linear(sizes[-1], 1) for _ in range(s.tasks)])

    def user(self, e, pos):
        alpha = torch.softmax(self.u_z(torch.tanh(self.u_e(e) + self.u_p(pos))), 1)
        return torch.tanh(self.u_u(torch.bmm(alpha.transpose(1, 2), e).squeeze(1)))

    def forward(self, v, e, out, wide):
        total = v.sum(1)
        f = 0.5 * (total * total - (v * v).sum(1))
        u = self.user(e, self.pos)
        u_aux = self.user(e[:, 1:], self.pos[:-1])
        r = (u * out[:, 0]).sum(1, keepdim=True)
        scores = self.i_z(torch.tanh(self.i_e(e) + self.i_p(self.pos) + self.i_c(v[:, self.item]).unsqueeze(1)))
        u_hat = torch.bmm(torch.softmax(scores, 1).transpose(1, 2), e).squeeze(1)
        h0 = torch.cat([v.flatten(1), u, r, u_hat, scores.sum(1)], 1)
        deep = []
        for layers, projections, last in zip(self.w, self.p, self.out):
            x = h0
            for layer, projection in zip(layers, projections):
                x = torch.relu(layer(x)) + projection(x)
            deep.append(last(x))
        picks = torch.bmm(out[:, 1:], u_aux.unsqueeze(2)).squeeze(2)
        aux = -(F.logsigmoid(picks[:, 0]).sum() + F.logsigmoid(-picks[:, 1:]).sum())
        return wide + self.bias + self.fm_a(f) + torch.cat(deep, 1), aux


class TextbookStep:
    def __init__(self, scripted):
        trainer = self.trainer = torch_step.Trainer.__new__(torch_step.Trainer)
        trainer.scene = torch_step.Scene(O)
        self.sizes = torch_model.Sizes(O.slots, O.dim, O.history, O.attention, O.negatives, O.layers, O.tasks, 0, O.slots // 2)
        self.loss = torch_model.Network(self.sizes).loss
        self.network = torch.jit.script(Textbook(self.sizes)) if scripted else Textbook(self.sizes)
        self.rows = nn.Embedding(4 * O.vocabulary, O.dim, sparse=True)
        self.out_rows = nn.Embedding(O.vocabulary, O.dim, sparse=True)
        self.wide = nn.EmbeddingBag(4 * O.vocabulary, O.tasks, mode="sum", sparse=True)
        self.dense = torch.optim.Adam(self.network.parameters(), foreach=True)
        tables = [self.rows.weight, self.out_rows.weight, self.wide.weight]
        self.sparse = torch.optim.Adagrad(tables, lr=0.02, initial_accumulator_value=0.1)

    def step(self, ids, labels):
        o = O
        a, b = o.batch * o.slots, o.batch * (o.slots + o.history)
        rows = self.rows(ids[:b])
        out = self.out_rows(ids[b:] - 4 * o.vocabulary).view(o.batch, -1, o.dim)
        wide = self.wide(ids[:a].view(o.batch, -1))
        logits, aux = self.network(rows[:a].view(o.batch, o.slots, -1), rows[a:].view(o.batch, o.history, -1), out, wide)
        loss = self.loss(logits, labels, aux, o.batch)
        self.dense.zero_grad(set_to_none=True)
        self.sparse.zero_grad(set_to_none=True)
        loss.backward()
        self.dense.step()
        self.sparse.step()


def row(what, ms):
    print(f"| {what} | {ms:.2f} |", flush=True)


def steps():
    for name, make in (("textbook", lambda: TextbookStep(False)), ("textbook, network scripted", lambda: TextbookStep(True)),
                       ("the peer *", lambda: torch_step.Trainer(O))):
        trainer = make()
        scene = trainer.scene if name.startswith("the") else trainer.trainer.scene
        batches = [scene.batch() for _ in range(20)]
        for batch in batches:
            trainer.step(*batch)
        turn = torch_step.cycle(batches)
        ms = median(lambda: trainer.step(*next(turn)), reps=100)
        row(f"training step, {name}: {1e3 * O.batch / ms:,.0f} samples/s", ms)


@torch.no_grad()
def pieces():
    scene = torch_step.Scene(O)
    sets = [scene.batch()[0] for _ in range(30)]
    turn = torch_step.cycle(sets)
    rows = torch_model.Rows(5 * O.vocabulary, O.dim, O.tasks)
    row("distinct ids, torch.unique", median(lambda: torch.unique(next(turn), return_inverse=True)))
    row("distinct ids, marks in a table *", median(lambda: rows.find(next(turn))))
    found = torch_step.cycle([rows.find(ids) for ids in sets])
    places = torch.arange(len(sets[0]))
    row("rows of the batch, index_select for every use", median(lambda: rows.table[:, :O.dim].index_select(0, next(turn))))
    row("distinct rows, index_select", median(lambda: rows.table.index_select(0, next(found)[0])))
    row("distinct rows, embedding_bag of one *", median(lambda: (lambda u: F.embedding_bag(u, rows.table, places[:len(u)], mode="sum"))(next(found)[0])))
    block = torch.zeros(len(sets[0]), rows.stride)
    row("rows back, index_copy_", median(lambda: (lambda u: rows.table.index_copy_(0, u, block[:len(u)]))(next(found)[0])))
    row("rows back, index_put_ *", median(lambda: (lambda u: rows.table.index_put_((u,), block[:len(u)]))(next(found)[0])))
    unique, inverse = next(found)
    g = torch.randn(len(inverse), O.dim)
    row("sums of rows, sparse tensor coalesce", median(lambda: torch.sparse_coo_tensor(inverse[None], g, (len(unique), O.dim)).coalesce()))
    row("sums of rows, index_add_", median(lambda: torch.zeros(len(unique), O.dim).index_add_(0, inverse, g)))
    row("sums of rows, embedding_dense_backward", median(lambda: torch.ops.aten.embedding_dense_backward(g, inverse, len(unique), -1, False)))
    row("sums of rows, sparse matrix of ones *", median(lambda: torch_model.sum_rows(len(unique), [(inverse, g, 1)])))

    b, length, a, d = O.batch, O.history, O.attention, O.dim
    h = torch.randn(b * length, 3 * a)
    row("hidden units of the attentions, tanh", median(lambda: torch.tanh(h)))
    row("hidden units of the attentions, sigmoid *", median(lambda: torch.sigmoid(h)))
    e, alpha, bags = torch.randn(b, length, d), torch.softmax(torch.randn(b, 3, length), 2), torch_model.bags_of(b, length)
    row("weighted sums over histories, bmm", median(lambda: torch.bmm(alpha, e)))
    row("weighted sums over histories, embedding_bag *",
        median(lambda: F.embedding_bag(bags[0], e.view(-1, d), bags[1], mode="sum", per_sample_weights=alpha.view(-1))))

    n, m = torch_model.Sizes(O.slots, d, length, a, O.negatives, O.layers, O.tasks).inputs, 2 * O.tasks * O.layers[0]
    x, w, bias = torch.randn(b, n), torch.randn(m, n), torch.randn(m)
    row("first layer, a product a task and matrix", median(lambda: [torch.mm(x, part.t()) for part in w.chunk(2 * O.tasks)]))
    row("first layer, one product *", median(lambda: torch.mm(x, w.t())))
    if torch.backends.mkldnn.is_available():
        wm, bm = w.to_mkldnn(), bias.to_mkldnn()
        row("first layer, mkldnn_linear", median(lambda: torch._C._nn.mkldnn_linear(x.to_mkldnn(), wm, bm).to_dense()))

    network = torch_model.Network(torch_model.Sizes(O.slots, d, length, a, O.negatives, O.layers, O.tasks))
    parts = [torch.zeros(part.shape, requires_grad=True) for part in network.p.values()]
    for part in parts:
        part.grad = torch.randn(part.shape)
    for foreach in (False, True):
        optimizer = torch.optim.Adam(parts, foreach=foreach)
        row(f"Adam, torch.optim, foreach={foreach}", median(optimizer.step))
    adam = torch_model.Adam(network.flat)
    row("Adam, one flat tensor *", median(lambda: adam.step([part.grad for part in parts])))


def main():
    torch.set_num_threads(O.threads)
    torch_step.keep_memory()
    torch.set_flush_denormal(True)
    print("| what | ms |\n|---|---|")
    steps()
    pieces()


if __name__ == "__main__":
    main()
