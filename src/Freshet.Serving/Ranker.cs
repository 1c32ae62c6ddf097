using Freshet.Core;
using Freshet.Core.Snapshots;
using Freshet.Models;
using Freshet.Models.Threads;
using Freshet.Scenes;

namespace Freshet.Serving;

/// <summary>Ranks the candidates of one request with one model version.</summary>
/// <remarks>Scratch belongs to the ranker: one a thread. Deterministic: exploration is drawn from the request's seed.</remarks>
public sealed class Ranker
{
    private readonly double[] _exponents;
    private readonly double _exploration;
    private readonly ModelWorkspace _workspace;
    private double[] _values = [];

    /// <summary>A ranker by the serving settings of <paramref name="scene"/>.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="team">Threads that share the work of one request. Default: the caller alone, which many requests at once use best.</param>
    public Ranker(Scene scene, WorkerTeam? team = null)
    {
        ArgumentNullException.ThrowIfNull(scene);
        _workspace = new ModelWorkspace(team);
        _exponents = new double[scene.Behaviours.Count];
        if (scene.Serving.Exponents.Count == 0)
        {
            _exponents[0] = 1;
        }

        for (int task = 0; task < scene.Serving.Exponents.Count; task++)
        {
            _exponents[task] = scene.Serving.Exponents[task];
        }

        _exploration = scene.Serving.Exploration;
    }

    /// <summary>Ids that all requests so far looked up, and how many had no row.</summary>
    public SlotLookups Lookups => _workspace.Lookups;

    /// <summary>Scores <paramref name="candidates"/> and orders them, best first.</summary>
    /// <param name="model">The version that scores the whole request.</param>
    /// <param name="candidates">C rows, one a candidate.</param>
    /// <param name="requestSeed">Seeds what is explored.</param>
    /// <param name="probabilities">[C × T] probabilities at the reference position, written.</param>
    /// <param name="order">[C] indices of candidates, best first, written.</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    public void Rank(
        RankingModel model, SnapshotColumns candidates, ulong requestSeed, Span<float> probabilities, Span<int> order) =>
        Rank(model, candidates, requestSeed, probabilities, order, [], []);

    /// <summary>As the other overload, and says what each candidate's score is and which places were explored.</summary>
    /// <param name="model">The version that scores the whole request.</param>
    /// <param name="candidates">C rows, one per candidate.</param>
    /// <param name="requestSeed">Seeds what is explored.</param>
    /// <param name="probabilities">[C × T] probabilities at the reference position, written.</param>
    /// <param name="order">[C] indices of candidates, best first, written.</param>
    /// <param name="scores">[C] Σ exponent · ln probability per candidate, written; or empty.</param>
    /// <param name="explored">[C] per place in <paramref name="order"/>, whether its candidate was drawn by exploration, written; or empty.</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    public void Rank(
        RankingModel model, SnapshotColumns candidates, ulong requestSeed, Span<float> probabilities, Span<int> order, Span<double> scores,
        Span<bool> explored)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(candidates);
        int count = candidates.Count, tasks = _exponents.Length;
        if (probabilities.Length != count * tasks || order.Length != count)
        {
            throw new ArgumentException(
                $"{count} candidates and {tasks} tasks need probabilities [{count * tasks}] and order [{count}]; " +
                $"got [{probabilities.Length}] and [{order.Length}].");
        }

        if ((!scores.IsEmpty && scores.Length != count) || (!explored.IsEmpty && explored.Length != count))
        {
            throw new ArgumentException(
                $"{count} candidates need scores [{count}] and explored [{count}], or empty ones; got [{scores.Length}] and [{explored.Length}].");
        }

        model.Predict(candidates, 0, count, probabilities, _workspace, referenceBias: true);
        if (_values.Length < count)
        {
            _values = new double[count];
        }

        for (int i = 0; i < count; i++)
        {
            order[i] = i;
            double value = Value(probabilities.Slice(i * tasks, tasks));
            // Negated: the sort is ascending.
            _values[i] = -value;
            if (!scores.IsEmpty)
            {
                scores[i] = value;
            }
        }

        _values.AsSpan(0, count).Sort(order);
        Explore(order, explored, new SplitMix64(requestSeed));
    }

    /// <summary>Swaps each place, with the exploration share as its chance, with one drawn from the places below it.</summary>
    private void Explore(Span<int> order, Span<bool> explored, SplitMix64 random)
    {
        explored.Clear();
        for (int place = 0; place < order.Length - 1; place++)
        {
            if (random.NextDouble() < _exploration)
            {
                int other = place + (int)(random.NextDouble() * (order.Length - place));
                (order[place], order[other]) = (order[other], order[place]);
                if (!explored.IsEmpty)
                {
                    explored[place] = true;
                }
            }
        }
    }

    private double Value(ReadOnlySpan<float> probabilities)
    {
        double log = 0;
        for (int task = 0; task < _exponents.Length; task++)
        {
            if (_exponents[task] != 0)
            {
                log += _exponents[task] * Math.Log(Math.Max(probabilities[task], 1e-12));
            }
        }

        return log;
    }
}
