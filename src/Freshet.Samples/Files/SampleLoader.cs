using Freshet.Core.Events;
using Freshet.Core.Samples;
using Freshet.Scenes;

namespace Freshet.Samples.Files;

/// <summary>Reads feature and label files back into a <see cref="SampleTable"/>.</summary>
internal sealed class SampleLoader(Scene scene)
{
    private readonly Dictionary<SnapshotKey, int> _rows = [];
    private readonly SnapshotBlock _block = new(scene.SnapshotSchema());

    public SampleTable Table { get; } = new(scene, keepImpressions: true);

    /// <summary>The key of every row of a feature or label file.</summary>
    public static SnapshotKey[] ReadKeys(ParquetRows file)
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

    /// <summary>Adds those snapshots of a feature file that are <paramref name="wanted"/>, and strikes them off.</summary>
    public void AddFeatures(ParquetRows file, HashSet<SnapshotKey> wanted)
    {
        SnapshotKey[] keys = ReadKeys(file);
        var impressions = new ImpressionReader(scene, file);
        for (int group = 0, start = 0; group < file.GroupCount; start += file.CountOf(group), group++)
        {
            _block.Load(file, group);
            for (int i = start; i < start + file.CountOf(group); i++)
            {
                if (wanted.Remove(keys[i]))
                {
                    Table.Impressions!.Add(impressions.Read(i));
                    _rows[keys[i]] = _block.AppendTo(Table.Features, i - start);
                }
            }
        }
    }

    /// <summary>Adds samples of a day; their snapshots have been added.</summary>
    public void AddLabels(DateOnly date, ParquetRows file)
    {
        SnapshotKey[] keys = ReadKeys(file);
        long[] shownAt = file.Numbers<long>("shown_at"), attributedAt = file.Numbers<long>("attributed_at");
        // Of mode immediate; 0 in the files of the others.
        int[] emissions = file.Numbers<int>("emission", required: false);
        long[] taught = file.Numbers<long>("taught", required: false), elapsed = file.Numbers<long>("elapsed", required: false);
        int[] repeats = file.Numbers<int>("repeats");
        int[][] labels = [.. scene.Behaviours.Select(behaviour => file.Numbers<int>($"label_{behaviour.Name}", required: false))];
        long?[][] times = [.. scene.Behaviours.Select(behaviour => file.Optional<long>($"label_time_{behaviour.Name}"))];
        double?[][] values = [.. scene.Behaviours.Select(behaviour => file.Optional<double>($"label_value_{behaviour.Name}"))];
        float?[][] targets = [.. scene.Regressions.Select(regression => file.Optional<float>($"target_{regression.Name}"))];
        SampleDay day = Table.Open(date);
        for (int i = 0; i < keys.Length; i++)
        {
            uint bits = 0;
            for (int label = 0; label < labels.Length; label++)
            {
                bits |= (uint)labels[label][i] << label;
            }

            EmissionKind kind = EmissionCode.Read(emissions[i]);
            bool isAttributed = kind == EmissionKind.Attributed;
            day.AddAttributed(
                attributedAt[i],
                new LabelledSample(
                    shownAt[i], _rows[keys[i]], repeats[i], bits, keys[i].Identity.Low, kind,
                    isAttributed ? uint.MaxValue : (uint)taught[i], elapsed[i], isAttributed ? 0 : attributedAt[i]),
                keys[i].Identity,
                Array.ConvertAll(times, column => column[i] ?? SampleDay.NoTime),
                Array.ConvertAll(values, column => column[i] ?? double.NaN),
                Array.ConvertAll(targets, column => column[i] ?? float.NaN));
        }
    }
}
