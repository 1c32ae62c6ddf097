using Freshet.Samples.Attribution;
using Freshet.Samples.Files;

namespace Freshet.Samples;

/// <summary>The samples of a table in checkpoints: days are written whenever they have changed. Rows are written apart, once.</summary>
/// <param name="table">The table; it keeps no impressions.</param>
public sealed class SampleTableState(SampleTable table)
{
    private readonly Dictionary<DateOnly, (SampleDay Day, long Version)> _saved = [];

    /// <summary>Writes what was added or changed since the last call; or everything.</summary>
    /// <param name="writer">Gets the state.</param>
    /// <param name="everything">Whether what was written before is written again.</param>
    public void Save(BinaryWriter writer, bool everything)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (everything)
        {
            _saved.Clear();
        }

        SampleDay[] days = [.. table.Days.Select(date => table.Find(date)!)];
        SampleDay[] changed =
            [.. days.Where(day => !_saved.TryGetValue(day.Date, out (SampleDay, long) saved) || saved != (day, day.Version))];
        writer.Write(days.Length);
        foreach (SampleDay day in days)
        {
            writer.Write(day.Date.DayNumber);
        }

        _saved.Clear(); // a day that has left, and one that came again, is as one that never was
        foreach (SampleDay day in days)
        {
            _saved[day.Date] = (day, day.Version);
        }

        writer.Write(changed.Length);
        foreach (SampleDay day in changed)
        {
            writer.Write(day.Date.DayNumber);
            SampleBytes.WriteAll(writer, day);
        }

        writer.Write(table.LateShares.Length);
        foreach (double share in table.LateShares.Span)
        {
            writer.Write(share);
        }
    }

    /// <summary>Writes the feature vectors of some rows. Rows never change, so another thread may append meanwhile.</summary>
    /// <param name="writer">Gets them.</param>
    /// <param name="first">The first row.</param>
    /// <param name="end">The row after the last.</param>
    public void SaveRows(BinaryWriter writer, int first, int end)
    {
        ArgumentNullException.ThrowIfNull(writer);
        for (int row = first; row < end; row++)
        {
            SnapshotBytes.Write(writer, table.Features, row);
        }
    }

    /// <summary>Reads and appends as many rows as <see cref="SaveRows"/> wrote.</summary>
    public void RestoreRows(BinaryReader reader, int count)
    {
        for (int row = 0; row < count; row++)
        {
            SnapshotBytes.Read(reader, table.Features);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote over what there is.</summary>
    public void Restore(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var there = new HashSet<DateOnly>();
        for (int count = reader.ReadInt32(); count > 0; count--)
        {
            _ = there.Add(DateOnly.FromDayNumber(reader.ReadInt32()));
        }

        foreach (DateOnly date in table.Days.Where(date => !there.Contains(date)).ToArray())
        {
            table.Remove(date);
        }

        for (int count = reader.ReadInt32(); count > 0; count--)
        {
            SampleDay day = table.Open(DateOnly.FromDayNumber(reader.ReadInt32()));
            SampleBytes.ReadAll(reader, day);
        }

        double[] shares = new double[reader.ReadInt32()];
        foreach (ref double share in shares.AsSpan())
        {
            share = reader.ReadDouble();
        }

        table.LateShares = shares;
        _saved.Clear();
        foreach (DateOnly date in table.Days)
        {
            SampleDay day = table.Find(date)!;
            _saved[date] = (day, day.Version);
        }
    }
}
