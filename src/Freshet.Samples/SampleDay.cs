using Freshet.Core.Events;
using Freshet.Core.Samples;
using Freshet.Core.Scenes;

namespace Freshet.Samples;

/// <summary>The labelled samples of one scene day, in order; what belongs to sample i stands at i of every column.</summary>
/// <remarks>Spans are good until the day is attributed again.</remarks>
public sealed class SampleDay
{
    private LabelledSample[] _samples = [];
    private IdentityKey[] _identities = [];
    private long[] _labelTimes = [];
    private double[] _labelValues = [];
    private float[] _targets = [];

    internal SampleDay(DateOnly date, Scene scene)
    {
        Date = date;
        BehaviourCount = scene.Behaviours.Count;
        TargetCount = scene.Regressions.Count;
    }

    /// <summary>The label time of a label that is 0.</summary>
    public const long NoTime = long.MinValue;

    /// <summary>The day in the scene's time zone.</summary>
    public DateOnly Date { get; }

    /// <summary>B, the behaviours of the scene.</summary>
    public int BehaviourCount { get; }

    /// <summary>R, the regressions of the scene.</summary>
    public int TargetCount { get; }

    /// <summary>How many samples the day has.</summary>
    public int Count { get; private set; }

    /// <summary>[Count] samples; in <c>cumulative</c> mode in order of (shown_at, event_id of the first impression), in <c>window</c> mode as they left, in <c>immediate</c> mode those that left on the day.</summary>
    public ReadOnlySpan<LabelledSample> Samples => _samples.AsSpan(0, Count);

    /// <summary>[Count] identities.</summary>
    public ReadOnlySpan<IdentityKey> Identities => _identities.AsSpan(0, Count);

    /// <summary>[B] event time that made each label of a sample 1, ms since the epoch; <see cref="NoTime"/> where the label is 0.</summary>
    public ReadOnlySpan<long> LabelTimes(int sample) => _labelTimes.AsSpan(sample * BehaviourCount, BehaviourCount);

    /// <summary>[B] value of the event that made each label of a sample 1; NaN where the label is 0 or the event has none.</summary>
    public ReadOnlySpan<double> LabelValues(int sample) => _labelValues.AsSpan(sample * BehaviourCount, BehaviourCount);

    /// <summary>[R] target of each regression; NaN where the sample has none.</summary>
    public ReadOnlySpan<float> Targets(int sample) => _targets.AsSpan(sample * TargetCount, TargetCount);

    /// <summary>Grows with every change.</summary>
    internal long Version { get; private set; }

    internal void Clear()
    {
        Count = 0;
        Version++;
    }

    internal void Add(
        in LabelledSample sample, in IdentityKey identity, ReadOnlySpan<long> labelTimes, ReadOnlySpan<double> labelValues,
        ReadOnlySpan<float> targets)
    {
        if (Count == _samples.Length)
        {
            int capacity = Math.Max(64, Count * 2);
            Array.Resize(ref _samples, capacity);
            Array.Resize(ref _identities, capacity);
            Array.Resize(ref _labelTimes, capacity * BehaviourCount);
            Array.Resize(ref _labelValues, capacity * BehaviourCount);
            Array.Resize(ref _targets, capacity * TargetCount);
        }

        _samples[Count] = sample;
        _identities[Count] = identity;
        labelTimes.CopyTo(_labelTimes.AsSpan(Count * BehaviourCount));
        labelValues.CopyTo(_labelValues.AsSpan(Count * BehaviourCount));
        targets.CopyTo(_targets.AsSpan(Count * TargetCount));
        Count++;
        Version++;
    }
}
