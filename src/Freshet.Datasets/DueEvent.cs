namespace Freshet.Datasets;

/// <summary>An event that a row gives, in order of (at, event_id) as long as ids follow rank, hash and suffix.</summary>
/// <param name="At">ms since the epoch.</param>
/// <param name="Rank">Place of the id's beginning among the beginnings that a dataset uses.</param>
/// <param name="Hash">The row; 16 hexadecimal digits of the id.</param>
/// <param name="Suffix">Place of the id's end among the ends that a dataset uses.</param>
/// <param name="Row">Index of the row.</param>
internal readonly record struct DueEvent(long At, byte Rank, ulong Hash, byte Suffix, int Row)
{
    /// <summary>A row's event that comes after all others.</summary>
    public static DueEvent Never { get; } = new(long.MaxValue, byte.MaxValue, ulong.MaxValue, byte.MaxValue, -1);

    public bool IsBefore(in DueEvent other) => DueEventOrder.Compare(this, other) < 0;
}
