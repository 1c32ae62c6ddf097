using Freshet.Core.Events;
using Freshet.Core.Samples;
using Freshet.Core.Scenes;

namespace Freshet.Samples.Files;

/// <summary>Reads feature and label files back into a <see cref="SampleTable"/>.</summary>
internal sealed class SampleLoader(Scene scene)
{
    private readonly Dictionary<SnapshotKey, int> _rows = [];

    public SampleTable Table { get; } = new(scene, keepImpressions: true);

    /// <summary>The snapshots that a label file points at.</summary>
    public static HashSet<SnapshotKey> Keys(ParquetRows file)
    {
        SnapshotKey[] keys = ReadKeys(file);
        return [.. keys];
    }

    /// <summary>Adds those snapshots of a feature file that are <paramref name="wanted"/>, and strikes them off.</summary>
    public void AddFeatures(ParquetRows file, HashSet<SnapshotKey> wanted)
    {
        SnapshotKey[] keys = ReadKeys(file);
        var impressions = new ImpressionReader(scene, file);
        var features = new SnapshotReader(Table.Features.Schema, file);
        for (int i = 0; i < keys.Length; i++)
        {
            if (wanted.Remove(keys[i]))
            {
                Table.Impressions!.Add(impressions.Read(i));
                _rows[keys[i]] = features.AppendTo(Table.Features, i);
            }
        }
    }

    /// <summary>Adds a day's samples; their snapshots have been added.</summary>
    public void AddLabels(DateOnly date, ParquetRows file)
    {
        SnapshotKey[] keys = ReadKeys(file);
        long[] shownAt = file.Numbers<long>("shown_at"), attributedAt = file.Numbers<long>("attributed_at");
        int[] repeats = file.Numbers<int>("repeats");
        int[][] labels = [.. scene.Behaviours.Select(behaviour => file.Numbers<int>($"label_{behaviour.Name}", required: false))];
        long?[][] times = [.. scene.Behaviours.Select(behaviour => file.Optional<long>($"label_time_{behaviour.Name}"))];
        double?[][] values = [.. scene.Behaviours.Select(behaviour => file.Optional<double>($"label_value_{behaviour.Name}"))];
        SampleDay day = Table.Open(date);
        for (int i = 0; i < keys.Length; i++)
        {
            uint bits = 0;
            for (int label = 0; label < labels.Length; label++)
            {
                bits |= (uint)labels[label][i] << label;
            }

            day.Add(
                new LabelledSample(shownAt[i], attributedAt[i], _rows[keys[i]], repeats[i], bits),
                keys[i].Identity,
                Array.ConvertAll(times, column => column[i] ?? SampleDay.NoTime),
                Array.ConvertAll(values, column => column[i] ?? double.NaN));
        }
    }

    private static SnapshotKey[] ReadKeys(ParquetRows file)
    {
        ulong[] high = file.Numbers<ulong>("identity_high"), low = file.Numbers<ulong>("identity_low");
        ulong[] impression = file.Numbers<ulong>("impression_key");
        var keys = new SnapshotKey[high.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = new SnapshotKey(new IdentityKey(high[i], low[i]), impression[i]);
        }

        return keys;
    }
}
