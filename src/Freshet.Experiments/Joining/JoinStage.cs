using Freshet.Core.Events;
using Freshet.Core.Scenes;
using Freshet.Features;
using Freshet.Samples;

namespace Freshet.Experiments.Joining;

/// <summary>Attribution of one scene as a stage of its own: events go in, labelled samples with their snapshots come out.</summary>
/// <remarks>
/// Deterministic: the same events give the same samples, bit for bit. No input, output or clock: <see cref="JoinRun"/> feeds
/// it and writes what it made. Not thread-safe.
/// </remarks>
public sealed class JoinStage
{
    private readonly JoinOptions _options;
    private readonly Joiner _joiner;
    private readonly FeatureStage _features;
    private readonly CutoffPosition _position;

    /// <summary>A stage that has seen nothing yet.</summary>
    public JoinStage(Scene scene, JoinOptions options)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _joiner = new Joiner(scene);
        _features = new FeatureStage(scene);
        _position = new CutoffPosition(_joiner, options.Cutoff);
        Samples = new SampleTable(scene, keepImpressions: true);
    }

    /// <summary>What became of the events that count.</summary>
    public JoinCounters Counters => _joiner.Counters;

    /// <summary>The samples, once <see cref="Finish"/> was called; their snapshots as they are taken.</summary>
    public SampleTable Samples { get; }

    /// <summary>Events that arrived after the cutoff. They are in no counter.</summary>
    public long AfterCutoff { get; private set; }

    /// <summary>Events without <c>received_at</c> that were more than <c>max_skew</c> ahead of the watermark.</summary>
    public long FarAhead { get; private set; }

    /// <summary>Whether an event was met that arrived after the cutoff.</summary>
    public bool IsPastCutoff => _position.IsPassed;

    /// <summary>What names these samples, ms since the epoch: the cutoff, or without one the watermark. <see cref="long.MinValue"/> before the first event.</summary>
    public long At => _options.Cutoff ?? _joiner.Watermark;

    /// <summary>Takes in the event that arrived next.</summary>
    /// <returns>What became of it; null where it arrived after the cutoff and does not count.</returns>
    public JoinOutcome? Accept(BehaviourEvent arrived)
    {
        ArgumentNullException.ThrowIfNull(arrived);
        if (!_position.Admits(arrived))
        {
            AfterCutoff++;
            return null;
        }

        FarAhead += arrived.ReceivedAt == BehaviourEvent.NoTime && !_joiner.ArrivedAfter(arrived, long.MinValue) ? 1 : 0;
        JoinOutcome outcome = _joiner.Add(arrived, _joiner.WantsSnapshot(arrived) ? TakeSnapshot(arrived) : -1);
        if (outcome is not (JoinOutcome.Duplicate or JoinOutcome.DuplicateImpression or JoinOutcome.Malformed or JoinOutcome.UnknownType))
        {
            _features.Apply(arrived);
        }

        return outcome;
    }

    /// <summary>Attributes what has arrived: at the cutoff, or without one every day to its end.</summary>
    public void Finish()
    {
        if (_options.Drains)
        {
            _joiner.LetLeave();
        }

        if (_options.Cutoff is { } cutoff)
        {
            _joiner.Cut(cutoff, Samples);
        }
        else
        {
            _joiner.CutAll(Samples);
        }
    }

    private int TakeSnapshot(BehaviourEvent impression)
    {
        int row = Samples.Features.Count;
        _features.Snapshot(impression, Samples.Features);
        Samples.Impressions!.Add(impression);
        return row;
    }
}
