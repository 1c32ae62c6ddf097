namespace Freshet.Scenes;

/// <summary>Limits of everything that grows with users, items and traffic; docs/operations.md says what happens at each.</summary>
/// <remarks>
/// Other sections bound what belongs to them: <see cref="SampleOptions"/> the cutoffs of sample files, <see cref="SyncOptions.Keep"/> the
/// versions of a model folder, <see cref="AttributionOptions.RetainDays"/> the age of identities.
/// </remarks>
public sealed record LimitOptions
{
    /// <summary>
    /// Users whose history, fields and closeness are kept, 1 to 1,000,000,000. A new user beyond them takes the place of the one whose last event
    /// arrived first. Default: 10,000,000.
    /// </summary>
    public int Users { get; init; } = 10_000_000;

    /// <summary>A user without an event for longer, in event time, is forgotten; 1 h to 3,650 days. Default: 90 days.</summary>
    public TimeSpan UserAge { get; init; } = TimeSpan.FromDays(90);

    /// <summary>
    /// Items whose status is kept, 1 to 1,000,000,000. A new item beyond them takes the place of the one whose last event arrived first.
    /// Default: 10,000,000.
    /// </summary>
    public int Items { get; init; } = 10_000_000;

    /// <summary>An item without an event for longer, in event time, is forgotten; 1 h to 3,650 days. Default: 90 days.</summary>
    public TimeSpan ItemAge { get; init; } = TimeSpan.FromDays(90);

    /// <summary>
    /// Identities in the join that have an impression, 1 to 1,000,000,000. The impression of a new one beyond them is counted as <c>over_limit</c> and not
    /// taken. Default: 50,000,000.
    /// </summary>
    public int Identities { get; init; } = 50_000_000;

    /// <summary>
    /// Behaviours kept without their impression, 1 to 1,000,000,000. One more is unmatched at once, with reason <c>over_limit</c>. Default: 10,000,000.
    /// </summary>
    public int Orphans { get; init; } = 10_000_000;

    /// <summary>
    /// Feature vectors of ranked pages that wait for their impressions, 1 to 1,000,000,000. Default: 1,000,000.
    /// </summary>
    public int Served { get; init; } = 1_000_000;

    /// <summary>Spans of time whose samples are in quarantine, 1 to 1,000,000. Default: 1,000.</summary>
    public int Quarantine { get; init; } = 1_000;

    /// <summary>
    /// Bytes of the file of malformed lines, 0 to 10¹⁵. Lines beyond them are counted by reason and not written. It changes no result, so it is
    /// not part of <see cref="SceneHash"/>. Default: 100,000,000.
    /// </summary>
    [OutsideSceneHash]
    public long MalformedBytes { get; init; } = 100_000_000;
}
