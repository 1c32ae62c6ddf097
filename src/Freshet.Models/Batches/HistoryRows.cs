using Freshet.Core.Snapshots;
using Freshet.Embeddings;
using Freshet.Kernels;

namespace Freshet.Models.Batches;

/// <summary>The histories of a batch, group by group, most recent item first; an item without a row counts as absent.</summary>
/// <remarks>
/// Group g has the items <c>[Starts[g] .. Starts[g] + Counts[g]]</c>. Between the last of them and the next group's first may be rows of nothing
/// (-1): room was made for the whole history before its rows were known, and pieces of work begin at multiples of 8.
/// </remarks>
internal sealed class HistoryRows
{
    private ulong[] _ids = [];
    private int[] _rows = [];
    private int[] _places = [];
    private int[] _behaviours = [];
    private int[] _starts = new int[1];
    private int[] _counts = [];
    private int[] _sampleStarts = new int[1];
    private int _longest;

    /// <summary>Rows, those of nothing included.</summary>
    public int Length { get; private set; }

    /// <summary>Rows of the samples' histories, samples of a group one after the other, those of nothing included.</summary>
    public int SampleLength { get; private set; }

    /// <summary>[groups + 1] first row of each group.</summary>
    public ReadOnlySpan<int> Starts => _starts;

    /// <summary>[groups] items of each group.</summary>
    public ReadOnlySpan<int> Counts => _counts;

    /// <summary>[samples] first row of each sample among the samples' histories; a multiple of 8 where a piece of work may begin.</summary>
    public ReadOnlySpan<int> SampleStarts => _sampleStarts;

    /// <summary>[Length] row of each item in the item slot's table; -1 = nothing.</summary>
    public ReadOnlySpan<int> Rows => _rows.AsSpan(0, Length);

    /// <summary>[Length] id of each item.</summary>
    public ReadOnlySpan<ulong> Ids => _ids.AsSpan(0, Length);

    /// <summary>Places of a group's items, 0 = most recent.</summary>
    public ReadOnlySpan<int> Places(int group) => _places.AsSpan(_starts[group], _counts[group]);

    /// <summary>Behaviours of a group's items, as rows of the behaviour embedding.</summary>
    public ReadOnlySpan<int> Behaviours(int group) => _behaviours.AsSpan(_starts[group], _counts[group]);

    /// <summary>Makes room for the histories of <paramref name="groups"/>.</summary>
    /// <param name="columns">Snapshots.</param>
    /// <param name="first">First row of the batch.</param>
    /// <param name="groups">Groups of samples.</param>
    /// <param name="length">L, the longest history that is read.</param>
    /// <param name="chunk">Groups of a piece of work; each begins at a multiple of 8.</param>
    public void Lay(SnapshotColumns columns, int first, RequestGroups groups, int length, int chunk)
    {
        ModelWorkspace.Grow(ref _starts, groups.Count + 1);
        ModelWorkspace.Grow(ref _counts, groups.Count);
        _longest = length;
        int at = 0;
        for (int group = 0; group < groups.Count; group++)
        {
            at = group % chunk == 0 ? PanelMatrix.RoundUp(at, PanelMatrix.RowStep) : at;
            _starts[group] = at;
            at += Math.Min(length, columns.HistoryItems(first + groups.Starts[group]).Length);
        }

        _starts[groups.Count] = at;
        Length = PanelMatrix.RoundUp(at, PanelMatrix.RowStep);
        ModelWorkspace.Grow(ref _ids, Length);
        ModelWorkspace.Grow(ref _rows, Length);
        ModelWorkspace.Grow(ref _places, Length);
        ModelWorkspace.Grow(ref _behaviours, Length);
    }

    /// <summary>Finds the items of the groups <c>[from .. to]</c>.</summary>
    public void Find(SnapshotColumns columns, int first, RequestGroups groups, int from, int to, EmbeddingTable table, ReadOnlySpan<int> behaviours)
    {
        for (int group = from; group < to; group++)
        {
            int row = first + groups.Starts[group], start = _starts[group];
            int count = Math.Min(columns.HistoryItems(row).Length, _longest);
            ReadOnlySpan<ulong> items = columns.HistoryItems(row)[..count];
            Span<int> rows = _rows.AsSpan(start, count);
            table.Find(items, rows);
            int kept = 0;
            for (int place = 0; place < count; place++)
            {
                if (rows[place] >= 0)
                {
                    _ids[start + kept] = items[place];
                    rows[kept] = rows[place];
                    _places[start + kept] = place;
                    _behaviours[start + kept++] = behaviours[columns.HistoryBehaviours(row)[place]];
                }
            }

            _counts[group] = kept;
            int end = group + 1 < groups.Count ? _starts[group + 1] : Length;
            _rows.AsSpan(start + kept, end - start - kept).Fill(-1);
        }
    }

    /// <summary>Lays the samples' own histories, of which attention to the target item has one for each sample.</summary>
    public void LaySamples(RequestGroups groups)
    {
        ModelWorkspace.Grow(ref _sampleStarts, groups.SampleCount + 1);
        if (!groups.IsShared)
        {
            _starts.AsSpan(0, groups.Count + 1).CopyTo(_sampleStarts);
            SampleLength = Length;
            return;
        }

        int at = 0;
        for (int sample = 0; sample < groups.SampleCount; sample++)
        {
            at = sample % PanelMatrix.RowStep == 0 ? PanelMatrix.RoundUp(at, PanelMatrix.RowStep) : at;
            _sampleStarts[sample] = at;
            at += _counts[groups.GroupOf[sample]];
        }

        SampleLength = at;
    }
}
