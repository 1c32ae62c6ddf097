namespace Freshet.Scenes;

/// <summary>Sample files: which cutoffs stay.</summary>
/// <remarks>The newest cutoff always stays, with all its days. Removing an older one takes only what no cutoff that is kept needs.</remarks>
public sealed record SampleOptions
{
    /// <summary>Cutoffs kept, the newest ones, 1 to 100,000. Default: 100.</summary>
    public int Keep { get; init; } = 100;

    /// <summary>A cutoff is kept until the newest one is more than this later, &gt;= 0, at most 3,650 days. Default: 7 days.</summary>
    public TimeSpan KeepFor { get; init; } = TimeSpan.FromDays(7);
}
