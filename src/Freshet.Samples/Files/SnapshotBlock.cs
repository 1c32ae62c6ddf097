using Freshet.Core.Snapshots;

namespace Freshet.Samples.Files;

/// <summary>The snapshots of one row group of a feature file, column by column. Filled again and again.</summary>
internal sealed class SnapshotBlock
{
    private readonly string[] _slotNames;
    private readonly string[] _denseNames;
    private readonly ListBlock<ulong>[] _slots;
    private readonly float[][] _dense;
    private readonly ListBlock<ulong> _historyItems = new();
    private readonly ListBlock<byte> _historyBehaviours = new();
    private readonly ListBlock<long> _historyTimes = new();
    private ulong[] _biasIds = [];
    private ulong[] _referenceBiasIds = [];

    public SnapshotBlock(SnapshotSchema schema)
    {
        _slotNames = [.. schema.Slots.Select(slot => $"slot_{slot}")];
        _denseNames = [.. schema.Dense];
        _slots = [.. _slotNames.Select(_ => new ListBlock<ulong>())];
        _dense = [.. _denseNames.Select(_ => Array.Empty<float>())];
    }

    /// <summary>Reads row group <paramref name="group"/> of <paramref name="file"/>.</summary>
    public void Load(ParquetRows file, int group)
    {
        int rows = file.CountOf(group);
        if (_biasIds.Length < rows)
        {
            _biasIds = new ulong[rows];
            _referenceBiasIds = new ulong[rows];
            for (int i = 0; i < _dense.Length; i++)
            {
                _dense[i] = new float[rows];
            }
        }

        for (int slot = 0; slot < _slots.Length; slot++)
        {
            file.ReadList(group, _slotNames[slot], _slots[slot]);
        }

        for (int i = 0; i < _dense.Length; i++)
        {
            file.Read(group, _denseNames[i], _dense[i].AsMemory(0, rows), required: false);
        }

        file.ReadList(group, "history_items", _historyItems);
        file.ReadList(group, "history_behaviours", _historyBehaviours);
        file.ReadList(group, "history_times", _historyTimes);
        file.Read(group, "bias_id", _biasIds.AsMemory(0, rows));
        file.Read(group, "reference_bias_id", _referenceBiasIds.AsMemory(0, rows));
    }

    /// <summary>Appends row <paramref name="row"/> of the row group.</summary>
    /// <returns>Its row in <paramref name="features"/>.</returns>
    public int AppendTo(SnapshotColumns features, int row)
    {
        Span<float> dense = features.BeginRow();
        for (int i = 0; i < dense.Length; i++)
        {
            dense[i] = _dense[i][row];
        }

        foreach (ListBlock<ulong> slot in _slots)
        {
            features.AddIds(slot.Of(row));
            features.EndSlot();
        }

        features.AddHistory(_historyItems.Of(row), _historyBehaviours.Of(row), _historyTimes.Of(row));
        return features.EndRow(_biasIds[row], _referenceBiasIds[row]);
    }
}
