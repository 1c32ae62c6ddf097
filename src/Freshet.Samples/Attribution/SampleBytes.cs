using Freshet.Core.Events;
using Freshet.Core.Samples;

namespace Freshet.Samples.Attribution;

/// <summary>One labelled sample as bytes, for checkpoints; changing it needs a new format version.</summary>
internal static class SampleBytes
{
    /// <summary>Writes the samples of <paramref name="day"/> and how many there are.</summary>
    public static void WriteAll(BinaryWriter writer, SampleDay day)
    {
        writer.Write(day.Count);
        for (int i = 0; i < day.Count; i++)
        {
            Write(writer, day, i);
        }
    }

    /// <summary>Reads what <see cref="WriteAll"/> wrote into <paramref name="day"/>, of the same scene; what it held is gone.</summary>
    public static void ReadAll(BinaryReader reader, SampleDay day)
    {
        day.Clear();
        for (int count = reader.ReadInt32(); count > 0; count--)
        {
            Read(reader, day);
        }
    }

    public static void Write(BinaryWriter writer, SampleDay day, int place)
    {
        LabelledSample sample = day.Samples[place];
        writer.Write(day.AttributedAt(place));
        writer.Write(sample.ShownAt);
        writer.Write(sample.Row);
        writer.Write(sample.Repeats);
        writer.Write(sample.Labels);
        writer.Write((int)sample.Kind);
        writer.Write(sample.Taught);
        writer.Write(sample.Elapsed);
        writer.Write(sample.LeftAt);
        writer.Write(day.Identities[place].High);
        writer.Write(day.Identities[place].Low);
        foreach (long time in day.LabelTimes(place))
        {
            writer.Write(time);
        }

        foreach (double value in day.LabelValues(place))
        {
            writer.Write(value);
        }

        foreach (float target in day.Targets(place))
        {
            writer.Write(target);
        }
    }

    /// <summary>Reads a sample and appends it to <paramref name="day"/>, of the same scene.</summary>
    public static void Read(BinaryReader reader, SampleDay day)
    {
        long attributedAt = reader.ReadInt64(), shownAt = reader.ReadInt64();
        int row = reader.ReadInt32(), repeats = reader.ReadInt32();
        uint labels = reader.ReadUInt32();
        var kind = (EmissionKind)reader.ReadInt32();
        uint taught = reader.ReadUInt32();
        long elapsed = reader.ReadInt64(), leftAt = reader.ReadInt64();
        var key = new IdentityKey(reader.ReadUInt64(), reader.ReadUInt64());
        long[] times = new long[day.BehaviourCount];
        double[] values = new double[day.BehaviourCount];
        float[] targets = new float[day.TargetCount];
        foreach (ref long time in times.AsSpan())
        {
            time = reader.ReadInt64();
        }

        foreach (ref double value in values.AsSpan())
        {
            value = reader.ReadDouble();
        }

        foreach (ref float target in targets.AsSpan())
        {
            target = reader.ReadSingle();
        }

        day.AddAttributed(attributedAt, new LabelledSample(shownAt, row, repeats, labels, key.Low, kind, taught, elapsed, leftAt), key, times, values, targets);
    }
}
