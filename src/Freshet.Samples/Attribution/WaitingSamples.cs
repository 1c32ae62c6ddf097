using Freshet.Core.Events;
using Freshet.Core.Samples;
using Freshet.Samples.Time;

namespace Freshet.Samples.Attribution;

/// <summary>What waits to leave, by shown_at and then by when it began to wait, and what has left and is in no table yet.</summary>
/// <param name="wait">How long each waits, ms.</param>
/// <param name="days">Days of the scene.</param>
/// <param name="left">Holds what has left; empty.</param>
internal sealed class WaitingSamples(long wait, SceneDays days, SampleDay left)
{
    private readonly PriorityQueue<int, (long ShownAt, long Number)> _waiting = new();
    private long _sequence;

    /// <summary>Lets an identity wait.</summary>
    /// <returns>Its number: those that began to wait earlier have less.</returns>
    public long Add(int index, long shownAt)
    {
        Restore(index, shownAt, _sequence);
        return _sequence++;
    }

    /// <summary>Lets an identity wait again under the number that it had.</summary>
    public void Restore(int index, long shownAt, long number) => _waiting.Enqueue(index, (shownAt, number));

    /// <summary>Takes the next one whose wait is over at <paramref name="until"/>; it may wait under another time by now.</summary>
    public bool TryTake(long until, out int index, out (long ShownAt, long Number) entry)
    {
        if (_waiting.TryPeek(out index, out entry) && entry.ShownAt + wait < until)
        {
            _ = _waiting.Dequeue();
            return true;
        }

        return false;
    }

    /// <summary>Takes a sample that has left.</summary>
    public void Leave(
        long attributedAt, in LabelledSample sample, in IdentityKey identity, ReadOnlySpan<long> labelTimes, ReadOnlySpan<double> labelValues,
        ReadOnlySpan<float> targets) => left.AddAttributed(attributedAt, sample, identity, labelTimes, labelValues, targets);

    /// <summary>Appends what has left since the last call to the days of <paramref name="table"/>, in the order of training.</summary>
    public void MoveTo(SampleTable table)
    {
        for (int i = 0; i < left.Count; i++)
        {
            LabelledSample sample = left.Samples[i];
            table.Open(days.DateOf(sample.LearnAt))
                .AddAttributed(left.AttributedAt(i), sample, left.Identities[i], left.LabelTimes(i), left.LabelValues(i), left.Targets(i));
        }

        left.Clear();
    }

    /// <summary>Writes what follows neither from identities nor from events.</summary>
    public void Save(BinaryWriter writer)
    {
        writer.Write(_sequence);
        SampleBytes.WriteAll(writer, left);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Restore(BinaryReader reader)
    {
        _sequence = reader.ReadInt64();
        SampleBytes.ReadAll(reader, left);
    }
}
