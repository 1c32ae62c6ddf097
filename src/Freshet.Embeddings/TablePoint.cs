using Freshet.Native.Memory;

namespace Freshet.Embeddings;

/// <summary>One point of a <see cref="TableHistory"/>: how many rows there were, and what those held that were changed since.</summary>
internal sealed class TablePoint : IDisposable
{
    private readonly RowMarks _saved = new();
    private readonly SightingCounts _sightings;
    private readonly RowMarks _changes = new();
    private readonly SavedRows?[] _parts = new SavedRows?[RowUpdates.MostParts];

    /// <summary>What a table holds now.</summary>
    public TablePoint(EmbeddingTable table)
    {
        Rows = table.Count;
        _saved.Reserve(Rows);
        _sightings = new SightingCounts(table.Options.Sketch);
        _sightings.CopyFrom(table.Sightings);
        _changes.CopyFrom(table.Changes);
    }

    /// <summary>Rows of the table at this point.</summary>
    public int Rows { get; }

    /// <summary>Sightings of ids without a row.</summary>
    public SightingCounts Sightings => _sightings;

    /// <summary>Marks of changes.</summary>
    public RowMarks Changes => _changes;

    /// <summary>Memory it holds.</summary>
    public long Bytes => _saved.Bytes + _sightings.Bytes + _changes.Bytes + _parts.Sum(part => part?.Bytes ?? 0);

    /// <summary>Saves rows that were there at this point and are not saved yet; each part keeps its own.</summary>
    public void Save(EmbeddingTable table, int part, ReadOnlySpan<int> rows)
    {
        SavedRows saved = _parts[part] ??= new SavedRows(table.RowLength);
        for (int i = 0; i < rows.Length; i++)
        {
            int row = rows[i];
            if (row < Rows && !_saved.IsMarked(row))
            {
                table.ReadRow(row, saved.Add(row));
                _saved.Mark(rows.Slice(i, 1)); // rows of other parts may share a word of marks
            }
        }
    }

    /// <summary>Puts back what was saved.</summary>
    public void PutBack(EmbeddingTable table)
    {
        foreach (SavedRows? part in _parts)
        {
            for (int i = 0; i < part?.Count; i++)
            {
                table.WriteRow(part.RowAt(i), part[i]);
            }
        }
    }

    /// <summary>Nothing is saved: the table is as it was.</summary>
    public void Forget()
    {
        _saved.Clear();
        foreach (SavedRows? part in _parts)
        {
            part?.Clear();
        }
    }

    /// <summary>Takes over what the next point saved of rows that are not saved here.</summary>
    public void Take(TablePoint next)
    {
        for (int part = 0; part < _parts.Length; part++)
        {
            for (int i = 0; i < next._parts[part]?.Count; i++)
            {
                SavedRows saved = next._parts[part]!;
                int row = saved.RowAt(i);
                if (row < Rows && !_saved.IsMarked(row))
                {
                    saved[i].CopyTo((_parts[part] ??= new SavedRows(saved.Width)).Add(row));
                    _saved.Mark(row);
                }
            }
        }
    }

    public void Dispose()
    {
        _saved.Dispose();
        _sightings.Dispose();
        _changes.Dispose();
        foreach (SavedRows? part in _parts)
        {
            part?.Dispose();
        }
    }
}
