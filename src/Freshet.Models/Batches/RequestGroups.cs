using System.Numerics;
using Freshet.Core.Snapshots;

namespace Freshet.Models.Batches;

/// <summary>Which samples of a batch, next to each other, share their user side: those are computed once.</summary>
/// <remarks>
/// Read from the snapshots: ids of the user's slots, the user's dense features and the history are compared, so no log can break it. Where
/// sharing would save less than a quarter of the user's rows, every sample is a group of its own: that way has no detour.
/// </remarks>
internal sealed class RequestGroups
{
    private const double WorthSharing = 0.75;
    private int[] _groupOf = [];
    private int[] _scratch = [];
    private int[] _starts = new int[1];

    /// <summary>Samples.</summary>
    public int SampleCount { get; private set; }

    /// <summary>Groups.</summary>
    public int Count { get; private set; }

    /// <summary>Whether a group may have several samples.</summary>
    public bool IsShared { get; private set; }

    /// <summary>[samples] group of each sample.</summary>
    public ReadOnlySpan<int> GroupOf => _groupOf.AsSpan(0, SampleCount);

    /// <summary>[groups + 1] first sample of each group.</summary>
    public ReadOnlySpan<int> Starts => _starts.AsSpan(0, Count + 1);

    /// <summary>Samples of a group.</summary>
    public int SizeOf(int group) => _starts[group + 1] - _starts[group];

    /// <summary>Finds the groups of a batch.</summary>
    /// <param name="columns">Snapshots.</param>
    /// <param name="first">First row.</param>
    /// <param name="count">Rows.</param>
    /// <param name="layout">Which columns are the user's.</param>
    public void Find(SnapshotColumns columns, int first, int count, InputLayout layout)
    {
        MakeRoom(count);
        Count = 0;
        for (int sample = 0; sample < count; sample++)
        {
            if (sample == 0 || !Shares(columns, first + sample, layout))
            {
                _starts[Count++] = sample;
            }

            _groupOf[sample] = Count - 1;
        }

        _starts[Count] = count;
        IsShared = layout.HasUserSide && Count <= count * WorthSharing;
        if (!IsShared)
        {
            Separate();
        }
    }

    /// <summary>Makes each sample of the groups that are set in <paramref name="split"/> a group of its own.</summary>
    public void Split(ReadOnlySpan<bool> split)
    {
        int groups = Count, sample = 0;
        Count = 0;
        for (int group = 0; group < groups; group++)
        {
            bool first = true;
            for (; sample < _starts[group + 1]; sample++, first = false)
            {
                Count += first || split[group] ? 1 : 0;
                _scratch[sample] = Count - 1;
            }
        }

        (_groupOf, _scratch) = (_scratch, _groupOf);
        for (int i = SampleCount - 1; i >= 0; i--)
        {
            _starts[_groupOf[i]] = i;
        }

        _starts[Count] = SampleCount;
    }

    private void MakeRoom(int count)
    {
        SampleCount = count;
        if (_groupOf.Length < count)
        {
            int capacity = (int)BitOperations.RoundUpToPowerOf2((uint)count);
            _groupOf = new int[capacity];
            _scratch = new int[capacity];
            _starts = new int[capacity + 1];
        }
    }

    private void Separate()
    {
        Count = SampleCount;
        for (int sample = 0; sample <= SampleCount; sample++)
        {
            _starts[sample] = sample;
            if (sample < SampleCount)
            {
                _groupOf[sample] = sample;
            }
        }
    }

    private static bool Shares(SnapshotColumns columns, int row, InputLayout layout)
    {
        for (int slot = 0; slot < layout.Slots.Length; slot++)
        {
            if (layout.Slots[slot].IsUser && !columns.Ids(row, slot).SequenceEqual(columns.Ids(row - 1, slot)))
            {
                return false;
            }
        }

        for (int feature = 0; feature < layout.Dense.Length; feature++)
        {
            // By their bits: a NaN is equal to itself here, and refused later.
            if (layout.Dense[feature].IsUser && BitConverter.SingleToInt32Bits(columns.Dense(row)[feature])
                != BitConverter.SingleToInt32Bits(columns.Dense(row - 1)[feature]))
            {
                return false;
            }
        }

        return columns.HistoryItems(row).SequenceEqual(columns.HistoryItems(row - 1))
            && columns.HistoryBehaviours(row).SequenceEqual(columns.HistoryBehaviours(row - 1));
    }
}
