using Freshet.Core.Samples;
using Freshet.Core.Scenes;
using Freshet.Core.Snapshots;
using Freshet.Kernels;
using Freshet.Samples;
using Freshet.Samples.Time;

namespace Freshet.Training;

/// <summary>What an increment that restarts from the base learns: the day's samples, in order, by the schedule of corrections.</summary>
/// <remarks>
/// At a cutoff T that is a multiple of <c>corrections.every</c> after the start of the scene's day, and at the first one after a base: all samples
/// since the base's last, as they are attributed now. At others: those not older than <c>settle</c> as they are now, and older ones
/// as they were learnt at the cutoff before. So it depends on the table, the cutoffs and nothing else.
/// </remarks>
internal sealed class IncrementSamples
{
    private readonly TrainingOptions _options;
    private readonly SceneDays _days;
    private readonly Func<LabelledSample, bool> _keeps;
    private readonly SampleList _selected;

    public IncrementSamples(Scene scene, Func<LabelledSample, bool> keeps)
    {
        var schema = new SnapshotSchema(scene);
        (_options, _days, _keeps) = (scene.Training, new SceneDays(scene.TimeZone), keeps);
        (Current, Before, _selected) = (new SampleList(schema), new SampleList(schema), new SampleList(schema));
    }

    /// <summary>What is to be learnt, without what training leaves out.</summary>
    public SampleList Current { get; private set; }

    /// <summary>What was learnt at the cutoff before; empty at the first.</summary>
    public SampleList Before { get; private set; }

    /// <summary>Newest shown_at of the samples, those that are left out included; <see cref="long.MinValue"/> where there is none.</summary>
    public long Watermark { get; private set; }

    /// <summary>As <see cref="Watermark"/>, of their place in the order of training.</summary>
    public long LearntUntil { get; private set; }

    /// <summary>Forgets the day.</summary>
    public void Clear()
    {
        Current.Clear();
        (Watermark, LearntUntil) = (long.MinValue, long.MinValue);
    }

    /// <summary>Makes <see cref="Current"/> what a cutoff learns.</summary>
    /// <param name="table">Attributed at the cutoff.</param>
    /// <param name="after">What the base has learnt, exclusive, ms since the epoch.</param>
    /// <param name="cutoff">ms since the epoch.</param>
    /// <param name="takesCorrections">Whether all samples enter as they are now, whatever the cutoff.</param>
    /// <param name="leftOut">Spans whose samples are not learnt.</param>
    /// <returns>The first place at which it differs from what was learnt before; its length where it does not.</returns>
    public int Advance(SampleTable table, long after, long cutoff, bool takesCorrections, IReadOnlyList<SampleSpan> leftOut)
    {
        (Current, Before) = (Before, Current);
        Current.Clear();
        long settled = cutoff - (long)_options.Settle.TotalMilliseconds;
        if (takesCorrections || IsCorrection(cutoff))
        {
            settled = after + 1;
            (Watermark, LearntUntil) = (long.MinValue, long.MinValue);
        }

        for (int i = 0; i < Before.Count && Before.Samples[i].LearnAt < settled; i++)
        {
            if (!SampleWindow.IsLeftOut(leftOut, Before.Samples[i].LearnAt))
            {
                Current.Add(Before.Samples[i], Before.Targets(i), Before.Weights(i));
            }
        }

        SampleWindow.Select(table, Math.Max(after, settled - 1), cutoff, _selected, leftOut);
        for (int i = 0; i < _selected.Count; i++)
        {
            ref readonly LabelledSample sample = ref _selected.Samples[i];
            (Watermark, LearntUntil) = (Math.Max(Watermark, sample.ShownAt), Math.Max(LearntUntil, sample.LearnAt));
            if (_keeps(sample))
            {
                Current.Add(sample, _selected.Targets(i), _selected.Weights(i));
            }
        }

        return FirstDifference();
    }

    private bool IsCorrection(long cutoff)
    {
        long every = (long)_options.CorrectionsEvery.TotalMilliseconds;
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
}
