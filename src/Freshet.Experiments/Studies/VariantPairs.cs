using Freshet.Core.Metrics;
using Freshet.Experiments.Evaluation;
using Freshet.Experiments.Reports;
using Freshet.Scenes;

namespace Freshet.Experiments.Studies;

/// <summary>Each variant against every earlier one, on the same impressions: paired bootstraps over users, across replays.</summary>
internal sealed class VariantPairs(Scene scene)
{
    private const int Resamples = 200;
    private readonly List<DifferenceReport> _differences = [];
    private readonly List<(string Name, Replicates[] Auc, Replicates[] Ne)> _earlier = [];
    private ClusterBootstrap? _bootstrap;
    private ulong[] _users = [];

    /// <summary>Every later variant against every earlier one.</summary>
    public IReadOnlyList<DifferenceReport> Differences => _differences;

    /// <summary>Adds the next variant, of one arm. Without judged impressions nothing is compared.</summary>
    /// <exception cref="InvalidOperationException">It judges other impressions than those before: then nothing is paired.</exception>
    public void Add(string name, JudgedRows rows)
    {
        if (_bootstrap is null)
        {
            _users = rows.Users;
            _bootstrap = new ClusterBootstrap(_users, Resamples);
        }
        else if (!_users.AsSpan().SequenceEqual(rows.Users))
        {
            throw new InvalidOperationException(
                $"Variant '{name}' judged {rows.Count} impressions and those before {_users.Length}, or those of other users; a variant may change no feature and no label.");
        }

        if (rows.Count == 0)
        {
            return;
        }

        Replicates[] auc = Each(task => _bootstrap.Auc(rows.Scores(0, task), rows.Labels(task)));
        Replicates[] ne = Each(task => _bootstrap.NormalizedEntropy(rows.Probabilities(0, task), rows.Labels(task)));
        foreach ((string against, Replicates[] otherAuc, Replicates[] otherNe) in _earlier)
        {
            for (int task = 0; task < auc.Length; task++)
            {
                string behaviour = scene.Behaviours[task].Name;
                _differences.Add(Evaluator.Report(name, against, behaviour, "auc", auc[task].Minus(otherAuc[task])));
                _differences.Add(Evaluator.Report(name, against, behaviour, "ne", ne[task].Minus(otherNe[task])));
            }
        }

        _earlier.Add((name, auc, ne));
    }

    private Replicates[] Each(Func<int, Replicates> of) => [.. Enumerable.Range(0, scene.Behaviours.Count).Select(of)];
}
