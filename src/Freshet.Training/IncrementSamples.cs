using Freshet.Core.Samples;
using Freshet.Core.Time;
using Freshet.Native;
using Freshet.Samples;
using Freshet.Scenes;

namespace Freshet.Training;

/// <summary>What an increment that restarts from the base learns: the day's samples, in order, by the schedule of corrections.</summary>
/// <remarks>
/// At a cutoff T that is a multiple of <c>corrections.every</c> after the start of the scene's day, and at the first one after a base: all samples
/// since the base's last, as they are attributed now. At others: those not older than <c>settle</c> as they are now, and older ones
/// as they were learnt at the cutoff before; of these, a span that was left out at the cutoff before and is no more enters as it is now. So it depends
/// on the table, the cutoffs, what is left out and nothing else.
/// </remarks>
internal sealed class IncrementSamples
{
    private readonly TrainingOptions _options;
    private readonly SceneDays _days;
    private readonly Func<LabelledSample, bool> _keeps;
    private readonly SampleList _selected;
    private List<LabelledSample> _notKept = [];
    private List<LabelledSample> _notKeptBefore = [];
    private IReadOnlyList<SampleSpan> _leftOutBefore = [];

    public IncrementSamples(Scene scene, Func<LabelledSample, bool> keeps)
    {
        var schema = scene.SnapshotSchema();
        (_options, _days, _keeps) = (scene.Training, new SceneDays(scene.TimeZone), keeps);
        (Current, Before, _selected) = (new SampleList(schema), new SampleList(schema), new SampleList(schema));
    }

    /// <summary>What is to be learnt, without what training leaves out.</summary>
    public SampleList Current { get; private set; }

    /// <summary>What was learnt at the cutoff before; empty at the first.</summary>
    public SampleList Before { get; private set; }

    /// <summary>Newest shown_at of the samples, negatives that training does not keep included; <see cref="long.MinValue"/> where there is none.</summary>
    public long Watermark { get; private set; }

    /// <summary>As <see cref="Watermark"/>, of their place in the order of training.</summary>
    public long LearntUntil { get; private set; }

    /// <summary>Whether <see cref="Current"/> differs from what was learnt before.</summary>
    public bool HasChanged { get; private set; }

    /// <summary>Forgets the day.</summary>
    public void Clear()
    {
        Current.Clear();
        _notKept.Clear();
        _leftOutBefore = [];
    }

    /// <summary>Makes <see cref="Current"/> what a cutoff learns.</summary>
    /// <param name="table">Attributed at the cutoff.</param>
    /// <param name="start">The base: what it has learnt is not learnt again.</param>
    /// <param name="cutoff">ms since the epoch.</param>
    /// <param name="takesCorrections">Whether all samples enter as they are now, whatever the cutoff.</param>
    /// <param name="leftOut">Spans whose samples are not learnt.</param>
    /// <returns>The first place at which it differs from what was learnt before; its length where it does not.</returns>
    public int Advance(SampleTable table, TrainedModel start, long cutoff, bool takesCorrections, IReadOnlyList<SampleSpan> leftOut)
    {
        (Current, Before, _notKept, _notKeptBefore) = (Before, Current, _notKeptBefore, _notKept);
        Current.Clear();
        _notKept.Clear();
        (Watermark, LearntUntil) = (long.MinValue, long.MinValue);
        long settled = cutoff - Milliseconds.Of(_options.Settle);
        if (takesCorrections || IsCorrection(cutoff))
        {
            settled = long.MinValue;
            SampleWindow.Select(table, start.LearntUntil, cutoff, _selected, leftOut, start.Skipped);
        }
        else
        {
            SampleWindow.Select(table, Math.Max(start.LearntUntil, settled - 1), cutoff, _selected, leftOut, Returning(start, settled));
        }

        Merge(settled, leftOut);
        _leftOutBefore = leftOut;
        int first = FirstDifference();
        HasChanged = first < Math.Max(Current.Count, Before.Count);
        return first;
    }

    /// <summary>Spans that <see cref="SampleWindow"/> would not take by their time: settled ones that were left out until now, and young ones that the base skipped.</summary>
    private SampleSpan[] Returning(TrainedModel start, long settled) =>
    [
        .. SampleSpans.Within(_leftOutBefore, new SampleSpan(start.LearntUntil, long.MaxValue)),
        .. SampleSpans.Within(_leftOutBefore, start.Skipped),
        .. SampleSpans.Within(start.Skipped, new SampleSpan(settled - 1, long.MaxValue)),
    ];

    /// <summary>What was selected, and among it, in order, what is older than <paramref name="settled"/> as it was learnt before.</summary>
    private void Merge(long settled, IReadOnlyList<SampleSpan> leftOut)
    {
        int old = 0;
        for (int i = 0; i < _selected.Count; i++)
        {
            ref readonly LabelledSample sample = ref _selected.Samples[i];
            old = Keep(old, Math.Min(settled, sample.LearnAt), leftOut);
            if (_keeps(sample))
            {
                Current.Add(sample, _selected.Targets(i), _selected.Weights(i));
                Note(sample);
            }
            else
            {
                DoNotKeep(sample);
            }
        }

        _ = Keep(old, settled, leftOut);
        foreach (LabelledSample sample in _notKeptBefore)
        {
            if (sample.LearnAt < settled && !SampleSpans.Holds(leftOut, sample.LearnAt))
            {
                DoNotKeep(sample);
            }
        }
    }

    private int Keep(int first, long until, IReadOnlyList<SampleSpan> leftOut)
    {
        for (; first < Before.Count && Before.Samples[first].LearnAt < until; first++)
        {
            if (!SampleSpans.Holds(leftOut, Before.Samples[first].LearnAt))
            {
                Current.Add(Before.Samples[first], Before.Targets(first), Before.Weights(first));
                Note(Before.Samples[first]);
            }
        }

        return first;
    }

    private void DoNotKeep(in LabelledSample sample)
    {
        _notKept.Add(sample);
        Note(sample);
    }

    private void Note(in LabelledSample sample) =>
        (Watermark, LearntUntil) = (Math.Max(Watermark, sample.ShownAt), Math.Max(LearntUntil, sample.LearnAt));

    private bool IsCorrection(long cutoff)
    {
        long every = Milliseconds.Of(_options.CorrectionsEvery);
        return every == 0 || (cutoff - _days.StartOf(_days.DateOf(cutoff))) % every == 0;
    }

    private int FirstDifference()
    {
        int both = Math.Min(Current.Count, Before.Count), first = 0;
        while (first < both && Current.Samples[first] == Before.Samples[first] &&
            ByteView.Of(Current.Targets(first)).SequenceEqual(ByteView.Of(Before.Targets(first))) &&
            Current.Weights(first).SequenceEqual(Before.Weights(first)))
        {
            first++;
        }

        return first;
    }

    /// <summary>Writes what was learnt at the last cutoff, for a checkpoint.</summary>
    public void Save(BinaryWriter writer)
    {
        writer.Write(Watermark);
        writer.Write(LearntUntil);
        writer.Write(Current.Count);
        for (int i = 0; i < Current.Count; i++)
        {
            SaveSample(writer, Current.Samples[i]);
            writer.Write(ByteView.Of(Current.Targets(i)));
            writer.Write(Current.Weights(i).Length);
            writer.Write(ByteView.Of(Current.Weights(i)));
        }

        writer.Write(_notKept.Count);
        foreach (LabelledSample sample in _notKept)
        {
            SaveSample(writer, sample);
        }

        SampleSpans.Save(writer, _leftOutBefore);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="reader">Has the state.</param>
    /// <param name="regressions">R.</param>
    public void Restore(BinaryReader reader, int regressions)
    {
        Clear();
        (Watermark, LearntUntil) = (reader.ReadInt64(), reader.ReadInt64());
        float[] targets = new float[regressions];
        for (int count = reader.ReadInt32(); count > 0; count--)
        {
            LabelledSample sample = ReadSample(reader);
            reader.BaseStream.ReadExactly(ByteView.Of(targets.AsSpan()));
            float[] weights = new float[reader.ReadInt32()];
            reader.BaseStream.ReadExactly(ByteView.Of(weights.AsSpan()));
            Current.Add(sample, targets, weights);
        }

        for (int count = reader.ReadInt32(); count > 0; count--)
        {
            _notKept.Add(ReadSample(reader));
        }

        _leftOutBefore = SampleSpans.Restore(reader);
    }

    private static void SaveSample(BinaryWriter writer, in LabelledSample sample)
    {
        writer.Write(sample.ShownAt);
        writer.Write(sample.Row);
        writer.Write(sample.Repeats);
        writer.Write(sample.Labels);
        writer.Write(sample.Identity);
        writer.Write((int)sample.Kind);
        writer.Write(sample.Taught);
        writer.Write(sample.Elapsed);
        writer.Write(sample.LeftAt);
    }

    private static LabelledSample ReadSample(BinaryReader reader) => new(
        reader.ReadInt64(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadUInt32(), reader.ReadUInt64(), (EmissionKind)reader.ReadInt32(),
        reader.ReadUInt32(), reader.ReadInt64(), reader.ReadInt64());
}
