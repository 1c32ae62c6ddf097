using Freshet.Core.Events;
using Freshet.Core.Samples;

namespace Freshet.Samples;

/// <summary>The labels that training saw at one cutoff, kept until the truth is known.</summary>
/// <remarks>
/// A replay takes one of the window table and one of the cumulative table at the same cutoff, and compares both with the
/// table of a joiner that was given everything (<see cref="Joiner.CutAll"/>). In <c>immediate</c> mode the rows of an identity are one, with the
/// labels of all of them.
/// </remarks>
public sealed class TrainingRows
{
    private readonly Dictionary<IdentityKey, Row> _rows = [];

    /// <summary>Copies what <paramref name="table"/> holds now of scene day <paramref name="from"/> and later.</summary>
    /// <param name="cutoff">The cutoff the table was brought to, ms since the epoch.</param>
    /// <param name="table">Samples of any mode.</param>
    /// <param name="from">Rows of earlier days are not kept, and not to be judged.</param>
    public TrainingRows(long cutoff, SampleTable table, DateOnly from = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        Cutoff = cutoff;
        foreach (DateOnly date in table.Days)
        {
            SampleDay day = table.Find(date)!;
            for (int i = 0; i < day.Count && date >= from; i++)
            {
                Add(day.Identities[i], day.Samples[i]);
            }
        }
    }

    /// <summary>ms since the epoch.</summary>
    public long Cutoff { get; }

    /// <summary>Identities with several rows whose labels differ: one snapshot that training is told two things of.</summary>
    public long Contradictions { get; private set; }

    /// <summary>Judges the rows by the truth at the cutoff: a label is true if its label time is not later.</summary>
    /// <param name="truth">One sample per identity with final labels: cumulative attribution of the whole log.</param>
    /// <param name="from">Identities of this scene day and later are judged.</param>
    public LabelAccuracy CompareWith(SampleTable truth, DateOnly from = default)
    {
        ArgumentNullException.ThrowIfNull(truth);
        long identities = 0, correct = 0;
        foreach (DateOnly date in truth.Days)
        {
            SampleDay day = truth.Find(date)!;
            for (int i = 0; i < day.Count && date >= from; i++)
            {
                uint labels = LabelsBy(Cutoff, day.LabelTimes(i));
                Row row = _rows.GetValueOrDefault(day.Identities[i]);
                if (labels != 0 || row.Count > 1)
                {
                    identities++;
                    correct += row.Count == 1 && row.Labels == labels ? 1 : 0;
                }
            }
        }

        return new LabelAccuracy(identities, correct);
    }

    private void Add(IdentityKey identity, in LabelledSample sample)
    {
        Row former = _rows.GetValueOrDefault(identity);
        if (sample.Kind == EmissionKind.Positive)
        {
            _rows[identity] = former with { Labels = former.Labels | sample.Labels };
            return;
        }

        bool differs = former.Count > 0 && (former.Differs || former.Labels != sample.Labels);
        Contradictions += differs && !former.Differs ? 1 : 0;
        _rows[identity] = new Row(former.Count + 1, sample.Labels, differs);
    }

    private static uint LabelsBy(long cutoff, ReadOnlySpan<long> labelTimes)
    {
        uint labels = 0;
        for (int i = 0; i < labelTimes.Length; i++)
        {
            if (labelTimes[i] != SampleDay.NoTime && labelTimes[i] <= cutoff)
            {
                labels |= 1u << i;
            }
        }

        return labels;
    }

    private readonly record struct Row(int Count, uint Labels, bool Differs);

    private TrainingRows(long cutoff, long contradictions) => (Cutoff, Contradictions) = (cutoff, contradictions);

    /// <summary>Writes the rows for a checkpoint.</summary>
    public void Save(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(Cutoff);
        writer.Write(Contradictions);
        writer.Write(_rows.Count);
        foreach ((IdentityKey key, Row row) in _rows)
        {
            writer.Write(key.High);
            writer.Write(key.Low);
            writer.Write(row.Count);
            writer.Write(row.Labels);
            writer.Write(row.Differs);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static TrainingRows Restore(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var rows = new TrainingRows(reader.ReadInt64(), reader.ReadInt64());
        for (int count = reader.ReadInt32(); count > 0; count--)
        {
            rows._rows.Add(
                new IdentityKey(reader.ReadUInt64(), reader.ReadUInt64()), new Row(reader.ReadInt32(), reader.ReadUInt32(), reader.ReadBoolean()));
        }

        return rows;
    }
}
