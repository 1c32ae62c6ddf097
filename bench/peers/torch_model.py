"""The network esmm-dfm-dmr of docs/models.md in PyTorch, batched, and its optimisers.

Written to be fast under PyTorch 1.13 on a CPU; README.md says what was tried. The hot parts are autograd Functions of our
own (residual layer, attention), because autograd's slices fill whole tensors with zeros; all else is plain autograd.
Shapes: B samples, S slots, D dim, L history, A attention, K negatives, T tasks. Only `act: tanh`.
"""
import ctypes
from dataclasses import dataclass

import torch

CLAMP = 1e-7


@dataclass
class Sizes:
    slots: int = 24
    dim: int = 16
    history: int = 50
    attention: int = 16
    negatives: int = 20
    layers: tuple = (256, 128, 64)
    tasks: int = 2
    dense: int = 0
    item_slot: int = 12
    beta: float = 0.1

    @property
    def inputs(self):
        return self.slots * self.dim + self.dense + 2 * self.dim + 2


class ResidualLayer(torch.autograd.Function):
    """ReLU(W x + b) + P x; x [B, n], wp [2m, n] = W over P (or [m, n], then P is the identity), b [m] -> [B, m]."""

    @staticmethod
    def forward(ctx, x, wp, b):
        m = b.shape[0]
        y = torch.mm(x, wp.t())
        w = y[:, :m].add_(b).relu_()
        ctx.save_for_backward(x, wp, w)
        return w + (y[:, m:] if wp.shape[0] > m else x)

    @staticmethod
    def backward(ctx, g):
        x, wp, w = ctx.saved_tensors
        m = w.shape[1]
        dy = g.new_empty(g.shape[0], wp.shape[0])
        torch.ops.aten.threshold_backward(g, w, 0, grad_input=dy[:, :m])
        dx = None
        if wp.shape[0] > m:
            dy[:, m:].copy_(g)
            dx = torch.mm(dy, wp)
        else:
            dx = torch.addmm(g, dy, wp)
        return dx, torch.mm(dy.t(), x), dy[:, :m].sum(0)


class Attention(torch.autograd.Function):
    """Three attentions over one history: U2I, U2I without the most recent item (for the auxiliary loss), I2I.

    e [B, L, D]; w [3A, D] = W_e, W_e, W^_e; p [L, 3A] = what each place adds to the hidden units of each attention;
    c [B, A] = what the target adds to those of I2I; all doubled, as tanh(x) = 2 sigmoid(2x) - 1: four times as fast here.
    z [3A, 3] block-diagonal, doubled, z1 [3] the sums of each z. live [B, 3, L] 1 where a place is there, or None for all
    but the first of the auxiliary one. bags: see bags_of.
    -> pooled [B, 3, D] (0 where nothing is live), the sum of the live I2I scores [B]
    """

    @staticmethod
    def forward(ctx, e, w, p, c, z, z1, live, bags):
        batch, length, dim = e.shape
        a = c.shape[1]
        rows = e.view(-1, dim)
        h = torch.mm(rows, w.t())
        cube = h.view(batch, length, 3 * a).add_(p)
        cube[:, :, 2 * a:].add_(c.unsqueeze(1))
        h.sigmoid_()
        scores = torch.mm(h, z).sub_(z1).view(batch, length, 3).transpose(1, 2).contiguous()
        if live is None:
            total = scores[:, 2].sum(1)
            scores[:, 1, 0] = float("-inf")
            alpha = torch.softmax(scores, 2)
        else:
            total = (scores[:, 2] * live[:, 2]).sum(1)
            alpha = torch.softmax(scores.masked_fill_(live == 0, -1e30), 2) * live
        pooled = torch.nn.functional.embedding_bag(bags[0], rows, bags[1], mode="sum", per_sample_weights=alpha.view(-1))
        ctx.save_for_backward(e, w, c, z, h, alpha)
        ctx.live, ctx.bags = live, bags
        return pooled.view(batch, 3, dim), total

    @staticmethod
    def backward(ctx, g, g_total):
        e, w, c, z, h, alpha = ctx.saved_tensors
        batch, length, dim = e.shape
        a = c.shape[1]
        rows = e.view(-1, dim)
        g = g.contiguous()
        g_scores = torch._softmax_backward_data(torch.bmm(g, e.transpose(1, 2)), alpha, 2, alpha.dtype)
        g_scores[:, 2] += g_total.unsqueeze(1) if ctx.live is None else g_total.unsqueeze(1) * ctx.live[:, 2]
        g_scores = g_scores.transpose(1, 2).reshape(-1, 3)
        g_h = torch.mm(g_scores, z.t())
        torch.ops.aten.sigmoid_backward(g_h, h, grad_input=g_h)
        alpha = alpha.transpose(1, 2).reshape(-1)
        g_e = torch.nn.functional.embedding_bag(ctx.bags[2], g.view(-1, dim), ctx.bags[3], mode="sum", per_sample_weights=alpha)
        g_e = g_e.add_(torch.mm(g_h, w)).view(batch, length, dim)
        cube = g_h.view(batch, length, 3 * a)
        return (g_e, torch.mm(g_h.t(), rows), cube.sum(0), cube[:, :, 2 * a:].sum(1), torch.mm(g_scores.t(), h).t(),
                -g_scores.sum(0), None, None)


def bags_of(batch, length):
    """For embedding_bag, the fastest way here to add rows with weights: which rows of [B·L, D] each of the B·3 weighted sums
    adds, and which of [B·3, D] each of the B·L gradients."""
    rows = torch.arange(batch * length).view(batch, 1, length).expand(batch, 3, length).reshape(-1)
    sums = torch.arange(batch * 3).view(batch, 1, 3).expand(batch, length, 3).reshape(-1)
    return rows, torch.arange(0, 3 * batch * length, length), sums, torch.arange(0, 3 * batch * length, 3)


class Slots(torch.autograd.Function):
    """v [B, S, D] -> FM f = ((sum v)^2 - sum v^2) / 2 [B, D], the target's row [B, D], all of v side by side [B, S·D]."""

    @staticmethod
    def forward(ctx, v, item_slot):
        total = v.sum(1)
        ctx.save_for_backward(v, total)
        ctx.item_slot = item_slot
        return (total * total).sub_((v * v).sum(1)).mul_(0.5), v[:, item_slot].clone(), v.view(v.shape[0], -1)

    @staticmethod
    def backward(ctx, g_f, g_target, g_side):
        v, total = ctx.saved_tensors
        g = (total.unsqueeze(1) - v).mul_(g_f.unsqueeze(1)).add_(g_side.reshape(v.shape))
        g[:, ctx.item_slot] += g_target
        return g, None


class Network:
    """The dense parameters, in one flat tensor, and the forward pass."""

    def __init__(self, sizes, seed=1, dtype=torch.float32):
        s = self.sizes = sizes
        n, t, a, d = sizes.inputs, sizes.tasks, sizes.attention, sizes.dim
        shapes = {}
        m = s.layers[0]
        assert t == 1 or m != n, f"the first layer has {m} units, as many as inputs: choose another size"
        shapes["first.WP"] = (t * m * (1 if m == n else 2), n)      # all W, then all P: one product for all tasks
        shapes["first.b"] = (t * m,)
        for k in range(1, len(s.layers)):
            n, m = s.layers[k - 1], s.layers[k]
            for task in range(t):
                shapes[f"{task}.{k}.WP"] = (m * (1 if m == n else 2), n)
                shapes[f"{task}.{k}.b"] = (m,)
        shapes.update({"w_out": (t, s.layers[-1]), "b_out": (t,), "wide_bias": (t,), "fm_a": (t, d), "pos": (s.history, d),
                       "u.W_p": (a, d), "u.W_e": (a, d), "u.b": (a,), "u.z": (a,), "u.W_u": (d, d), "u.b_u": (d,),
                       "i.W_c": (a, d), "i.W_p": (a, d), "i.W_e": (a, d), "i.b": (a,), "i.z": (a,)})
        count = sum(torch.Size(x).numel() for x in shapes.values())
        self.flat = torch.zeros(count, dtype=dtype)
        self.p, at = {}, 0
        generator = torch.Generator().manual_seed(seed)
        for name, shape in shapes.items():
            size = torch.Size(shape).numel()
            part = self.flat[at:at + size].view(shape)
            at += size
            if len(shape) == 2:
                part.normal_(0, (2 / shape[1]) ** 0.5, generator=generator)
            elif name.endswith(".z"):
                part.normal_(0, a ** -0.5, generator=generator)
            self.p[name] = part
        self.p["fm_a"].fill_(1)
        self.p["pos"].mul_(0.1)
        for part in self.p.values():
            part.requires_grad_()
        self.bags = {}

    def attend(self, e, target, live):
        """e [B, L, D], target [B, D] -> u [B, D], u of the auxiliary loss [B, D], u^ [B, D], r^ [B]."""
        p, batch = self.p, e.shape[0]
        u_places = torch.addmm(p["u.b"], p["pos"], p["u.W_p"].t())
        i_places = torch.addmm(p["i.b"], p["pos"], p["i.W_p"].t())
        # The auxiliary history starts at the second item, which then has position 1; place 0 is not live.
        places = 2 * torch.cat([u_places, torch.cat([u_places[:1], u_places[:-1]]), i_places], 1)
        zu, zi = p["u.z"], p["i.z"]
        blank = torch.zeros_like(zu)
        z = 2 * torch.stack([torch.cat([zu, blank, blank]), torch.cat([blank, zu, blank]), torch.cat([blank, blank, zi])], 1)
        if (batch, e.shape[1]) not in self.bags:
            self.bags[batch, e.shape[1]] = bags_of(batch, e.shape[1])
        pooled, r_hat = Attention.apply(
            e, 2 * torch.cat([p["u.W_e"], p["u.W_e"], p["i.W_e"]]), places, torch.mm(target, (2 * p["i.W_c"]).t()), z,
            torch.stack([zu.sum(), zu.sum(), zi.sum()]), live, self.bags[batch, e.shape[1]])
        u, u_aux, u_hat = pooled.unbind(1)
        u = torch.tanh(torch.addmm(p["u.b_u"], torch.cat([u, u_aux]), p["u.W_u"].t()))
        return (*u.split(batch), u_hat, r_hat)

    def towers(self, h0):
        """h0 [B, inputs] -> [B, T], without the last bias."""
        s, p = self.sizes, self.p
        h = ResidualLayer.apply(h0, p["first.WP"], p["first.b"])
        deep = []
        for task, x in enumerate(h.split(s.layers[0], 1)):
            for k in range(1, len(s.layers)):
                x = ResidualLayer.apply(x, p[f"{task}.{k}.WP"], p[f"{task}.{k}.b"])
            deep.append(torch.mv(x, p["w_out"][task]))
        return torch.stack(deep, 1)

    def forward(self, v, e, out, wide, dense=None, live=None):
        """v [B, S, D] pooled slots, e [B, L, D] history, out [B, 2 + K, D] output rows of the target, of the most recent item
        and of the negatives, wide [B, T] summed wide weights, dense [B, M].
        -> logits [B, T], sum over the samples with 2 or more items of what the auxiliary loss takes the mean of."""
        p, s = self.p, self.sizes
        f, target, side = Slots.apply(v, s.item_slot)
        u, u_aux, u_hat, r_hat = self.attend(e, target, live)
        out_target, out_picks = out.split((1, out.shape[1] - 1), 1)
        r = (u * out_target.squeeze(1)).sum(1, keepdim=True)
        parts = [side, u, r, u_hat, r_hat.unsqueeze(1)]
        if dense is not None:
            parts.insert(1, dense)
        logits = wide + (p["wide_bias"] + p["b_out"]) + torch.mm(f, p["fm_a"].t()) + self.towers(torch.cat(parts, 1))
        picks = (out_picks * u_aux.unsqueeze(1)).sum(2)
        terms = torch.nn.functional.logsigmoid(picks * self.signs(picks))
        if live is not None:
            terms = terms * live[:, 0, 1:2]
        return logits, -terms.sum()

    def signs(self, picks):
        signs = -torch.ones(picks.shape[1], dtype=picks.dtype)
        signs[0] = 1
        return signs

    def loss(self, logits, y, aux, aux_count, omega=None, weight=None):
        """A chain of tasks, each the parent of the next. p and its complement q go down the chain: 1 - p loses digits."""
        p, q = torch.sigmoid(logits[:, 0]), torch.sigmoid(-logits[:, 0])
        total = 0
        for t in range(logits.shape[1]):
            if t > 0:
                q = q + p * torch.sigmoid(-logits[:, t])
                p = p * torch.sigmoid(logits[:, t])
            bce = torch.lerp(q.clamp(CLAMP, 1 - CLAMP).log(), p.clamp(CLAMP, 1 - CLAMP).log(), y[:, t])
            if weight is not None:
                bce = bce * weight[:, t]
            total = total - bce.mean() * (1 if omega is None else omega[t])
        return total + (self.sizes.beta / max(aux_count, 1)) * aux


class Adam:
    """Adam over one flat tensor: as torch.optim.Adam, in 7 passes instead of 7 a parameter."""

    def __init__(self, flat, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
        self.flat, self.lr, self.beta1, self.beta2, self.eps, self.t = flat, lr, beta1, beta2, eps, 0
        self.m, self.v, self.d, self.g = (torch.zeros_like(flat) for _ in range(4))

    def step(self, grads):
        self.t += 1
        g = torch.cat([x.reshape(-1) for x in grads], out=self.g)
        self.m.lerp_(g, 1 - self.beta1)
        self.v.mul_(self.beta2).addcmul_(g, g, value=1 - self.beta2)
        root = (1 - self.beta2 ** self.t) ** 0.5
        torch.sqrt(self.v, out=self.d).add_(self.eps * root)
        self.flat.addcdiv_(self.m, self.d, value=-self.lr * root / (1 - self.beta1 ** self.t))


def use_huge_pages(tensor):
    """Asks Linux for pages of 2 MB: rows are drawn from all over the table, and 4 kB pages would miss the TLB each time."""
    try:
        start = (tensor.data_ptr() + (1 << 21) - 1) >> 21 << 21
        length = tensor.data_ptr() + tensor.numel() * tensor.element_size() - start
        if length > 0:
            ctypes.CDLL("libc.so.6").madvise(ctypes.c_void_p(start), ctypes.c_size_t(length), 14)   # MADV_HUGEPAGE
    except OSError:
        pass


class Rows:
    """All tables in one matrix. A row: vector [D], Adagrad accumulators [D], wide weights [T], FTRL z [T] and n [T]."""

    def __init__(self, count, dim, tasks, seed=1, lr=0.02, eps=1e-8, accumulator=0.1, alpha=0.1, beta=1.0, lambda1=0.0, dtype=torch.float32):
        self.dim, self.tasks, self.lr, self.eps = dim, tasks, lr, eps
        self.alpha, self.beta, self.lambda1 = alpha, beta, lambda1
        self.stride = (2 * dim + 3 * tasks + 7) // 8 * 8
        self.table = torch.zeros(count, self.stride, dtype=dtype)
        use_huge_pages(self.table)
        bound = 0.1 / dim ** 0.5
        for start in range(0, count, 1 << 20):              # in parts: a temporary of 300 MB would be the peak of memory
            part = self.table[start:start + (1 << 20)]
            part[:, :dim] = torch.rand(len(part), dim, generator=torch.Generator().manual_seed(seed + start)).sub_(0.5).mul_(2 * bound)
        self.table[:, dim:2 * dim] = accumulator
        self.mark = torch.zeros(count, dtype=torch.int64)
        self.places = torch.arange(1)

    def find(self, ids):
        """The distinct ones of ids [N], and for each of ids its place among them. No sort: of equal ids the last one marks
        the table and stands for all."""
        if len(self.places) < len(ids):
            self.places = torch.arange(len(ids))
        places = self.places[:len(ids)]
        self.mark.scatter_(0, ids, places)
        last = self.mark.gather(0, ids)
        stands = last == places
        inverse = stands.cumsum(0).gather(0, last).sub_(1)
        return ids.masked_select(stands), inverse

    def gather(self, unique):
        """Vectors, accumulators, wide weights, z and n of the rows [U], each contiguous: strided arithmetic is slow. A sum over
        bags of one row prefetches, index_select does not."""
        d, t = self.dim, self.tasks
        rows = torch.nn.functional.embedding_bag(unique, self.table, self.places[:len(unique)], mode="sum")
        return [part.contiguous() for part in rows.split([d, d, t, t, t, self.stride - 2 * d - 3 * t], 1)]

    def step(self, unique, rows, g, g_wide, scale):
        """Adagrad and FTRL-Proximal on rows as gathered, which are changed and go back to their places.
        g [U, D], g_wide [U, T]: gradients of the mean loss; scale: what makes them those that are to be learnt."""
        w, n = rows[:2]
        n.addcmul_(g, g, value=scale * scale)
        w.addcdiv_(g, n.sqrt().add_(self.eps), value=-self.lr * scale)
        w, z, n = rows[2:5]
        g_wide = g_wide * scale
        root = n.sqrt()
        n.addcmul_(g_wide, g_wide)
        new_root = n.sqrt()
        z.add_(g_wide).addcmul_(root.sub_(new_root), w, value=1 / self.alpha)
        w.copy_(z if self.lambda1 == 0 else torch.nn.functional.softshrink(z, self.lambda1))
        w.div_(new_root.add_(self.beta)).mul_(-self.alpha)
        self.table[unique] = torch.cat(rows, 1)


def sum_rows(count, parts):
    """[count, D] sums: parts are (place [N] of each gradient, gradients [N / repeat, D], repeat). A sparse matrix of ones
    times the gradients: a BLAS axpy a row, faster than index_add or coalescing a sparse gradient."""
    total = None
    for inverse, gradients, repeat in parts:
        columns = torch.arange(len(gradients))
        if repeat > 1:
            columns = columns.repeat_interleave(repeat)
        ones = torch.ones(len(inverse), dtype=gradients.dtype)
        matrix = torch._sparse_coo_tensor_unsafe(torch.stack([inverse, columns]), ones, (count, len(gradients)))
        total = torch.mm(matrix, gradients) if total is None else total.addmm_(matrix, gradients)
    return total
