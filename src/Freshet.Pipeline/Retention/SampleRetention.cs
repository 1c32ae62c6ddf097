using Freshet.Core.Samples;
using Freshet.Samples;
using Freshet.Scenes;

namespace Freshet.Pipeline.Retention;

/// <summary>Removes the days of samples that no training, gate or correction can need any more. It changes no result.</summary>
/// <param name="scene">The scene.</param>
/// <param name="table">Loses the days.</param>
/// <param name="joiner">Says which days may still change.</param>
/// <param name="keepsAll">Whether somebody needs every day to the end: then none leaves.</param>
internal sealed class SampleRetention(Scene scene, SampleTable table, Joiner joiner, bool keepsAll)
{
    /// <summary>Days removed since the start of the job.</summary>
    public long Removed { get; private set; }

    /// <summary>Removes what is over at a cutoff, before its training.</summary>
    /// <param name="cutoff">The samples are attributed at it, ms since the epoch.</param>
    /// <param name="neededFrom">No training at this cutoff or a later one reads a sample with a smaller
    /// <see cref="LabelledSample.LearnAt"/>.</param>
    public void Apply(long cutoff, long neededFrom)
    {
        if (!keepsAll && FirstKept(cutoff, neededFrom) is { } first)
        {
            int removed = table.RemoveDaysBefore(first);
            Removed += removed;
            RetentionMetrics.DaysRemoved(scene, removed);
        }

        RetentionMetrics.Days(scene, table.Days.Count);
    }

    /// <summary>Writes the count for a checkpoint; the table is written apart.</summary>
    public void Save(BinaryWriter writer) => writer.Write(Removed);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Restore(BinaryReader reader) => Removed = reader.ReadInt64();

    /// <summary>
    /// The last day that begins before what is needed and follows only final days. It stays although its first samples are over: the gates
    /// count windows from the first sample there is, so one must stay that is older than all they read.
    /// </summary>
    private DateOnly? FirstKept(long cutoff, long neededFrom)
    {
        DateOnly? first = null;
        foreach (DateOnly date in table.Days)
        {
            ReadOnlySpan<LabelledSample> samples = table.Day(date);
            if (!samples.IsEmpty && samples[0].LearnAt < neededFrom)
            {
                first = date;
            }

            if (!joiner.IsFinal(date, cutoff))
            {
                break;
            }
        }

        return first;
    }
}
