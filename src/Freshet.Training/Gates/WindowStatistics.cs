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
}
