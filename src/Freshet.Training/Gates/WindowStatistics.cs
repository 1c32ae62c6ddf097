namespace Freshet.Training.Gates;

/// <summary>What was seen in a window of shown_at.</summary>
/// <param name="After">Exclusive, ms since the epoch.</param>
/// <param name="Until">Inclusive, ms since the epoch.</param>
/// <param name="Count">Samples.</param>
/// <param name="Tasks">[T] in the order of the scene's behaviours.</param>
/// <param name="IsScored">Whether a candidate has scored it.</param>
public sealed record WindowStatistics(long After, long Until, int Count, IReadOnlyList<TaskStatistics> Tasks, bool IsScored)
{
    /// <summary>ms in the middle of the window.</summary>
    public long Middle => After + ((Until - After) / 2);

    /// <summary>Writes it for a checkpoint.</summary>
    internal void Save(BinaryWriter writer)
    {
        writer.Write(After);
        writer.Write(Until);
        writer.Write(Count);
        writer.Write(IsScored);
        writer.Write(Tasks.Count);
        foreach (TaskStatistics task in Tasks)
        {
            task.Save(writer);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    internal static WindowStatistics Restore(BinaryReader reader)
    {
        long after = reader.ReadInt64(), until = reader.ReadInt64();
        int count = reader.ReadInt32();
        bool isScored = reader.ReadBoolean();
        var tasks = new TaskStatistics[reader.ReadInt32()];
        foreach (ref TaskStatistics task in tasks.AsSpan())
        {
            task = TaskStatistics.Restore(reader);
        }

        return new WindowStatistics(after, until, count, tasks, isScored);
    }

    /// <summary>Writes several.</summary>
    internal static void SaveAll(BinaryWriter writer, IReadOnlyList<WindowStatistics> windows)
    {
        writer.Write(windows.Count);
        foreach (WindowStatistics window in windows)
        {
            window.Save(writer);
        }
    }

    /// <summary>Reads what <see cref="SaveAll"/> wrote, in place of what <paramref name="windows"/> holds.</summary>
    internal static void RestoreAll(BinaryReader reader, List<WindowStatistics> windows)
    {
        windows.Clear();
        for (int count = reader.ReadInt32(); count > 0; count--)
        {
            windows.Add(Restore(reader));
        }
    }
}
