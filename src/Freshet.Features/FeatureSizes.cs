namespace Freshet.Features;

/// <summary>
/// How much a <see cref="FeatureStage"/> keeps, and what left since the start of the job; docs/operations.md names the limits.
/// </summary>
public readonly record struct FeatureSizes
{
    /// <summary>Users of which a field, a history or a closeness is kept.</summary>
    public int Users { get; init; }

    /// <summary>Users forgotten because there were more than <c>limits.users</c>.</summary>
    public long UsersOverLimit { get; init; }

    /// <summary>Users forgotten because they were not seen for <c>limits.user_age</c>.</summary>
    public long UsersOverAge { get; init; }

    /// <summary>Items of which a field is kept.</summary>
    public int Items { get; init; }

    /// <summary>Items forgotten because there were more than <c>limits.items</c>.</summary>
    public long ItemsOverLimit { get; init; }

    /// <summary>Items forgotten because they were not seen for <c>limits.item_age</c>.</summary>
    public long ItemsOverAge { get; init; }

    /// <summary>Pairs of a user and an item that have a closeness, those included that are over and not visited yet.</summary>
    public int ClosenessPairs { get; init; }

    /// <summary>Impression identities whose keys are remembered for 24 h.</summary>
    public int Identities { get; init; }

    /// <summary>Identities whose keys were forgotten sooner, because there were more than <c>limits.identities</c>.</summary>
    public long IdentitiesOverLimit { get; init; }

    /// <summary>Events that wait until their user's request is over.</summary>
    public int WaitingEvents { get; init; }

    /// <summary>Keys of all counters; 0 where the windows are not in this process.</summary>
    public long WindowKeys { get; init; }
}
