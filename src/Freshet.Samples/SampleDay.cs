using Freshet.Core;
using Freshet.Core.Events;
using Freshet.Core.Samples;
using Freshet.Native;
using Freshet.Samples.Attribution;
using Freshet.Scenes;

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
    private long[] _attributedAtEach = [];
    private bool _isAttributedEach;
    private int[] _changes = [];
    private int _changeCount;
    private long _attributedAt = NoTime;

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

    /// <summary>
    /// Places of the samples that are new or no longer what they were at the cutoff before, ascending. Where that cutoff is not known (the
    /// first one, after a restart, after <see cref="Joiner.CutAll"/>): all.
    /// </summary>
    public ReadOnlySpan<int> Changes => _changes.AsSpan(0, _changeCount);

    /// <summary>
    /// The first place at which the samples differ from those of the cutoff before; <see cref="Count"/> where none does. What stands before it
    /// need not be learnt again.
    /// </summary>
    public int FirstChange { get; private set; }

    /// <summary>Whether the samples are in the order of training: always in <c>cumulative</c> mode; in the others as long as none has left out of order.</summary>
    public bool IsInOrder { get; private set; } = true;

    /// <summary>
    /// The cutoff that gave a sample its labels, ms since the epoch; in <c>window</c> mode the watermark at which it left. One cutoff gives
    /// them to all samples of a day, so it is kept once.
    /// </summary>
    public long AttributedAt(int sample) => _isAttributedEach ? _attributedAtEach[sample] : _attributedAt;

    /// <summary>Grows with every change.</summary>
    internal long Version { get; private set; }

    /// <summary>The day as it is now, of which another thread may read the samples while more are appended. Not where samples change.</summary>
    internal SampleDay Share() => (SampleDay)MemberwiseClone();

    internal void Clear()
    {
        Count = 0;
        IsInOrder = true;
        _isAttributedEach = false;
        BeginCut();
        FirstChange = 0;
        Version++;
    }

    /// <summary>Forgets what changed at the cutoff before.</summary>
    internal void BeginCut()
    {
        _changeCount = 0;
        FirstChange = Count;
    }

    /// <summary>All samples are as of a cutoff.</summary>
    internal void SetAttributedAt(long cutoff)
    {
        _attributedAt = cutoff;
        Version++;
    }

    /// <summary>Makes room for one sample before each of <paramref name="positions"/>, ascending: the j-th to be set at <c>positions[j] + j</c>.</summary>
    internal void OpenGaps(ReadOnlySpan<int> positions)
    {
        Reserve(Count + positions.Length);
        ColumnGaps.Open(_samples, Count, 1, positions);
        ColumnGaps.Open(_identities, Count, 1, positions);
        ColumnGaps.Open(_labelTimes, Count, BehaviourCount, positions);
        ColumnGaps.Open(_labelValues, Count, BehaviourCount, positions);
        ColumnGaps.Open(_targets, Count, TargetCount, positions);
        Count += positions.Length;
    }

    /// <summary>Removes the samples at <paramref name="positions"/>, ascending.</summary>
    internal void RemoveAt(ReadOnlySpan<int> positions)
    {
        ColumnGaps.Close(_samples, Count, 1, positions);
        ColumnGaps.Close(_identities, Count, 1, positions);
        ColumnGaps.Close(_labelTimes, Count, BehaviourCount, positions);
        ColumnGaps.Close(_labelValues, Count, BehaviourCount, positions);
        ColumnGaps.Close(_targets, Count, TargetCount, positions);
        Count -= positions.Length;
        FirstChange = positions.IsEmpty ? FirstChange : Math.Min(FirstChange, positions[0]);
    }

    /// <summary>Whether a sample is this one, to the last bit.</summary>
    internal bool Equals(
        int place, in LabelledSample sample, ReadOnlySpan<long> labelTimes, ReadOnlySpan<double> labelValues, ReadOnlySpan<float> targets) =>
        _samples[place] == sample && LabelTimes(place).SequenceEqual(labelTimes) &&
        ByteView.Of(LabelValues(place)).SequenceEqual(ByteView.Of(labelValues)) &&
        ByteView.Of(Targets(place)).SequenceEqual(ByteView.Of(targets));

    /// <summary>Overwrites a sample, and notes the change. Places are to be given in ascending order.</summary>
    internal void Set(
        int place, in LabelledSample sample, in IdentityKey identity, ReadOnlySpan<long> labelTimes, ReadOnlySpan<double> labelValues,
        ReadOnlySpan<float> targets)
    {
        _samples[place] = sample;
        _identities[place] = identity;
        labelTimes.CopyTo(_labelTimes.AsSpan(place * BehaviourCount));
        labelValues.CopyTo(_labelValues.AsSpan(place * BehaviourCount));
        targets.CopyTo(_targets.AsSpan(place * TargetCount));
        GrowingArray.Reserve(ref _changes, _changeCount + 1);
        _changes[_changeCount++] = place;
        FirstChange = Math.Min(FirstChange, place);
        Version++;
    }

    internal void Add(
        in LabelledSample sample, in IdentityKey identity, ReadOnlySpan<long> labelTimes, ReadOnlySpan<double> labelValues,
        ReadOnlySpan<float> targets)
    {
        Reserve(Count + 1);
        IsInOrder &= Count == 0 || _samples[Count - 1].LearnAt <= sample.LearnAt;
        Count++;
        Set(Count - 1, sample, identity, labelTimes, labelValues, targets);
    }

    /// <summary>As <see cref="Add"/>, in a day whose samples got their labels each at a time of its own.</summary>
    internal void AddAttributed(
        long attributedAt, in LabelledSample sample, in IdentityKey identity, ReadOnlySpan<long> labelTimes,
        ReadOnlySpan<double> labelValues, ReadOnlySpan<float> targets)
    {
        Add(sample, identity, labelTimes, labelValues, targets);
        GrowingArray.Reserve(ref _attributedAtEach, Count);
        _attributedAtEach[Count - 1] = attributedAt;
        _isAttributedEach = true;
    }

    private void Reserve(int count)
    {
        if (count > _samples.Length)
        {
            int capacity = Math.Max(Math.Max(64, count), _samples.Length * 2);
            Array.Resize(ref _samples, capacity);
            Array.Resize(ref _identities, capacity);
            Array.Resize(ref _labelTimes, capacity * BehaviourCount);
            Array.Resize(ref _labelValues, capacity * BehaviourCount);
            Array.Resize(ref _targets, capacity * TargetCount);
        }
    }
}
