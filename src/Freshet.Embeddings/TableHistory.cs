namespace Freshet.Embeddings;

/// <summary>Points in the life of a table to which it can return: what each row held there, kept when it is first changed afterwards.</summary>
/// <remarks>
/// <para>
/// An undo log: a point costs nothing but the counts of waiting ids and the marks of changes; then every row that is changed is saved once
/// before it is (<see cref="RowUpdates.Step"/>). Returning puts back what was saved and takes back the ids that were admitted since: the
/// cost is that of what changed after the point, whatever the size of the table.
/// </para>
/// <para>Points are numbered from 0, the oldest. One thread, but for steps, whose parts save their own rows. Native memory: dispose of it.</para>
/// </remarks>
public sealed class TableHistory : IDisposable
{
    private readonly EmbeddingTable _table;
    private readonly List<TablePoint> _points = [];

    /// <summary>No points yet. The table saves into this history from now on; it has one at a time.</summary>
    public TableHistory(EmbeddingTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        _table = table;
        table.History = this;
    }

    /// <summary>Points.</summary>
    public int Count => _points.Count;

    /// <summary>Memory the points hold.</summary>
    public long Bytes => _points.Sum(point => point.Bytes);

    /// <summary>Makes what the table holds now the newest point.</summary>
    public void Add() => _points.Add(new TablePoint(_table));

    /// <summary>The table becomes what it was at a point. Later points are forgotten; the point stays.</summary>
    public void Return(int point)
    {
        for (int later = _points.Count - 1; later >= point; later--)
        {
            _points[later].PutBack(_table);
            if (later > point)
            {
                _points[later].Dispose();
                _points.RemoveAt(later);
            }
        }

        _table.ReturnTo(_points[point]);
        _points[point].Forget();
    }

    /// <summary>Forgets a point, not the first: one can still return to those before it and after it.</summary>
    public void Remove(int point)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(point, 1);
        _points[point - 1].Take(_points[point]);
        _points[point].Dispose();
        _points.RemoveAt(point);
    }

    /// <summary>Forgets all points.</summary>
    public void Clear()
    {
        _points.ForEach(point => point.Dispose());
        _points.Clear();
    }

    /// <summary>Keeps what <paramref name="rows"/> hold, where the newest point has not kept it. Parts may save different rows at once.</summary>
    internal void Save(int part, ReadOnlySpan<int> rows)
    {
        if (_points.Count > 0)
        {
            _points[^1].Save(_table, part, rows);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _table.History = null;
        Clear();
    }
}
