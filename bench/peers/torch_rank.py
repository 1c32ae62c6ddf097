"""Ranking with the peer: the candidates of one user, with all that depends on the user alone computed once a request."""
import torch


class Ranker:
    """A network and its rows as they would be served: vectors and wide weights, no optimiser state; the first layer split
    by its inputs into what is the user's (the first slots, u) and what is the candidate's (other slots, r, u^, r^)."""

    def __init__(self, network, rows, user_slots):
        s, p = network.sizes, {name: part.detach() for name, part in network.p.items()}
        d, t = s.dim, s.tasks
        self.sizes, self.user_slots, self.p = s, user_slots, p
        self.table = torch.cat([rows.table[:, :d], rows.table[:, 2 * d:2 * d + t]], 1)
        wp, vectors = p["first.WP"].t(), s.slots * d
        cut = user_slots * d
        self.first_user = torch.cat([wp[:cut], wp[vectors:vectors + d]]).contiguous()
        self.first_item = torch.cat([wp[cut:vectors], wp[vectors + d:]]).contiguous()
        self.later = {name: part.t().contiguous() for name, part in p.items() if name.endswith(".WP") and name != "first.WP"}
        self.u_places = 2 * torch.addmm(p["u.b"], p["pos"], p["u.W_p"].t())
        self.i_places = 2 * torch.addmm(p["i.b"], p["pos"], p["i.W_p"].t())
        self.w_e = 2 * torch.cat([p["u.W_e"], p["i.W_e"]]).t().contiguous()
        self.w_c = (2 * p["i.W_c"]).t().contiguous()
        self.zu, self.zi = 2 * p["u.z"], 2 * p["i.z"]
        self.zi_sum = p["i.z"].sum()
        self.bias = p["wide_bias"] + p["b_out"]
        self.fm_a = p["fm_a"].t().contiguous()

    def rank(self, user, items):
        """user [user slots + L] ids: slots, then history, most recent first. items [C, item slots + 1] ids: slots, then the
        id of the output row. -> probabilities [C, T], candidates best first [C]."""
        s, p = self.sizes, self.p
        d, a, su, c = s.dim, s.attention, self.user_slots, items.shape[0]
        rows = self.table.index_select(0, user)
        v_user, e, wide = rows[:su, :d], rows[su:, :d], rows[:su, d:].sum(0).add_(self.bias)
        x = torch.mm(e, self.w_e)
        weights = torch.softmax(torch.mv(torch.sigmoid(x[:, :a] + self.u_places), self.zu), 0)
        u = torch.tanh(torch.addmv(p["u.b_u"], p["u.W_u"], torch.mv(e.t(), weights)))
        first_user = torch.mv(self.first_user.t(), torch.cat([v_user.reshape(-1), u]))
        m = s.tasks * s.layers[0]
        first_user[:m].add_(p["first.b"])

        rows = self.table.index_select(0, items.view(-1)).view(c, -1, d + s.tasks)
        v, out = rows[:, :-1, :d], rows[:, -1, :d]
        h = ((x[:, a:] + self.i_places) + torch.mm(v[:, 0], self.w_c).unsqueeze(1)).view(-1, a).sigmoid_()
        scores = torch.mv(h, self.zi).sub_(self.zi_sum).view(c, -1)
        u_hat = torch.mm(torch.softmax(scores, 1), e)
        r = torch.mv(out, u).unsqueeze(1)

        total = v.sum(1).add_(v_user.sum(0))
        f = total * total - (v * v).sum(1)
        f.sub_((v_user * v_user).sum(0)).mul_(0.5)
        logits = torch.addmm(rows[:, :-1, d:].sum(1).add_(wide), f, self.fm_a)

        y = torch.addmm(first_user, torch.cat([v.reshape(c, -1), r, u_hat, scores.sum(1, keepdim=True)], 1), self.first_item)
        h = y[:, :m].relu_().add_(y[:, m:])
        for task in range(s.tasks):
            z = h[:, task * s.layers[0]:(task + 1) * s.layers[0]]
            for k in range(1, len(s.layers)):
                n = s.layers[k]
                y = torch.mm(z, self.later[f"{task}.{k}.WP"])
                w = y[:, :n].add_(p[f"{task}.{k}.b"]).relu_()
                z = w.add_(y[:, n:] if y.shape[1] > n else z)
            logits[:, task].add_(torch.mv(z, p["w_out"][task]))
        probabilities = torch.sigmoid(logits).cumprod_(1)
        return probabilities, torch.argsort(logits[:, 0], descending=True)
