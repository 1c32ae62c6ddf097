using Freshet.Native;

namespace Freshet.Kernels;

/// <summary>Probabilities along a behaviour tree, and the loss over the entire space of impressions.</summary>
/// <remarks>
/// <para>
/// p(child) = p(parent)·σ(o). The complement is carried along, q(child) = q(parent) + p(parent)·σ(−o), and nothing is divided by p: small
/// and large probabilities keep their digits. Computed in double, one sample after the other; bit-identical on every CPU.
/// </para>
/// <para>
/// Source: Ma et al., Entire Space Multi-Task Model, SIGIR 2018, https://arxiv.org/abs/1804.07931, extended from a chain of two to a tree;
/// the clamp is ours (docs/models.md).
/// </para>
/// </remarks>
public static class BehaviourTreeLoss
{
    /// <summary>Most tasks of a tree.</summary>
    public const int MaxTasks = 32;

    /// <summary>Probabilities are clamped to [Clamp, 1 − Clamp] inside the loss; where they are, the gradient is 0.</summary>
    public const double Clamp = 1e-7;

    /// <summary>Probabilities of every task.</summary>
    /// <param name="logits">[Count × T], row-major.</param>
    /// <param name="parents">[T] index of each task's parent, smaller than its own; −1 = the impression.</param>
    /// <param name="probabilities">[Count × T], written, in [0, 1]; NaN where a logit on the path is NaN.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public static void Predict(ReadOnlySpan<float> logits, ReadOnlySpan<int> parents, Span<float> probabilities)
    {
        Requires.SameLength(logits.Length, probabilities.Length);
        RequireTasks(parents);
        Span<Node> nodes = stackalloc Node[MaxTasks];
        for (int start = 0; start < logits.Length; start += parents.Length)
        {
            Walk(logits.Slice(start, parents.Length), parents, nodes);
            for (int task = 0; task < parents.Length; task++)
            {
                probabilities[start + task] = (float)nodes[task].P;
            }
        }
    }

    /// <summary>Sum over samples and tasks of weight·BCE, and its gradient.</summary>
    /// <param name="logits">[Count × T], row-major.</param>
    /// <param name="labels">[Count × T], each in [0, 1].</param>
    /// <param name="weights">[Count × T] weight of each term, or empty for 1.</param>
    /// <param name="parents">[T] as in <see cref="Predict"/>.</param>
    /// <param name="taskWeights">[T] weight of each task.</param>
    /// <param name="gradients">[Count × T], written: ∂(sum)/∂logit. Divide by Count for the mean.</param>
    /// <returns>The sum; divide by Count for the mean. NaN if a logit, label or weight is NaN.</returns>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public static double Learn(
        ReadOnlySpan<float> logits, ReadOnlySpan<float> labels, ReadOnlySpan<float> weights, ReadOnlySpan<int> parents,
        ReadOnlySpan<float> taskWeights, Span<float> gradients)
    {
        Requires.SameLength(logits.Length, labels.Length, gradients.Length);
        Requires.SameLength(parents.Length, taskWeights.Length);
        RequireTasks(parents);
        if (!weights.IsEmpty)
        {
            Requires.SameLength(logits.Length, weights.Length);
        }

        double loss = 0;
        Span<Node> nodes = stackalloc Node[MaxTasks];
        for (int start = 0; start < logits.Length; start += parents.Length)
        {
            Walk(logits.Slice(start, parents.Length), parents, nodes);
            for (int task = 0; task < parents.Length; task++)
            {
                double weight = taskWeights[task] * (weights.IsEmpty ? 1.0 : weights[start + task]);
                loss += weight * Term(nodes, task, labels[start + task], weight, parents);
            }

            for (int task = 0; task < parents.Length; task++)
            {
                gradients[start + task] = (float)nodes[task].Gradient;
            }
        }

        return loss;
    }

    private static void Walk(ReadOnlySpan<float> logits, ReadOnlySpan<int> parents, Span<Node> nodes)
    {
        for (int task = 0; task < parents.Length; task++)
        {
            (double here, double not) = Logistic.Sigmoid(logits[task]);
            (double p, double q) = parents[task] < 0 ? (1.0, 0.0) : (nodes[parents[task]].P, nodes[parents[task]].Q);
            nodes[task] = new Node { P = p * here, Q = q + (p * not), Not = not };
        }
    }

    // BCE of one task; adds its gradient to the task and to all its ancestors. With s = σ(−o_j): −s for label 1, (p/q)·s for label 0.
    private static double Term(Span<Node> nodes, int task, double label, double weight, ReadOnlySpan<int> parents)
    {
        double p = nodes[task].P, q = nodes[task].Q;
        if (!(p < Clamp || q < Clamp))
        {
            double slope = weight * (((1 - label) * (p / q)) - label);
            for (int j = task; j >= 0; j = parents[j])
            {
                nodes[j].Gradient += slope * nodes[j].Not;
            }
        }

        return -(label * Math.Log(Math.Clamp(p, Clamp, 1 - Clamp))) - ((1 - label) * Math.Log(Math.Clamp(q, Clamp, 1 - Clamp)));
    }

    private static void RequireTasks(ReadOnlySpan<int> parents)
    {
        if (parents.Length is 0 or > MaxTasks)
        {
            throw new ArgumentException($"A tree has 1 to {MaxTasks} tasks; got {parents.Length}.", nameof(parents));
        }
    }

    private struct Node
    {
        public double P;
        public double Q;
        public double Not;
        public double Gradient;
    }
}
