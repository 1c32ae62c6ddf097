using Freshet.Core.Snapshots;

namespace Freshet.Samples.Files;

/// <summary>Reads the snapshots of a feature file.</summary>
internal sealed class SnapshotReader
{
    private readonly (ulong[] Items, int[] Ends)[] _slots;
    private readonly float[][] _dense;
    private readonly (ulong[] Items, int[] Ends) _historyItems;
    private readonly byte[] _historyBehaviours;
    private readonly long[] _historyTimes;
    private readonly ulong[] _biasIds;
    private readonly ulong[] _referenceBiasIds;

    public SnapshotReader(SnapshotSchema schema, ParquetRows file)
    {
        _slots = [.. schema.Slots.Select(slot => List($"slot_{slot.Name}"))];
        _dense = [.. schema.Dense.Select(dense => file.Numbers<float>(dense.Name, required: false))];
        _historyItems = List("history_items");
        _historyBehaviours = file.Lists<byte>("history_behaviours", out _);
        _historyTimes = file.Lists<long>("history_times", out _);
        _biasIds = file.Numbers<ulong>("bias_id");
        _referenceBiasIds = file.Numbers<ulong>("reference_bias_id");

        (ulong[] Items, int[] Ends) List(string name) => (file.Lists<ulong>(name, out int[] ends), ends);
    }

    /// <summary>Appends row <paramref name="row"/> of the file.</summary>
    /// <returns>Its row in <paramref name="features"/>.</returns>
    public int AppendTo(SnapshotColumns features, int row)
    {
        Span<float> dense = features.BeginRow();
        for (int i = 0; i < dense.Length; i++)
        {
            dense[i] = _dense[i][row];
        }

        foreach ((ulong[] items, int[] ends) in _slots)
        {
            for (int i = Start(ends, row); i < ends[row]; i++)
            {
                features.AddId(items[i]);
            }

            features.EndSlot();
        }

        for (int i = Start(_historyItems.Ends, row); i < _historyItems.Ends[row]; i++)
        {
            features.AddHistory(_historyItems.Items[i], _historyBehaviours[i], _historyTimes[i]);
        }

        return features.EndRow(_biasIds[row], _referenceBiasIds[row]);
    }

    private static int Start(int[] ends, int row) => row == 0 ? 0 : ends[row - 1];
}
