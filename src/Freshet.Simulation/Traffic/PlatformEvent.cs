namespace Freshet.Simulation.Traffic;

/// <summary>One event as numbers; <see cref="EventWriter"/> turns it into text when it arrives. Times are ms since the start.</summary>
internal readonly record struct PlatformEvent
{
    /// <summary>The event id is eN; a duplicate has the number of its original.</summary>
    public required long Number { get; init; }

    public required EventKind Kind { get; init; }

    public required long At { get; init; }

    /// <summary>When it arrives; <see cref="long.MaxValue"/> for an event that is lost.</summary>
    public required long ReceivedAt { get; init; }

    /// <summary>Index; -1 where there is none.</summary>
    public int User { get; init; }

    /// <summary>Index; -1 where there is none.</summary>
    public int Host { get; init; }

    /// <summary>The request id is rN; -1 where there is none.</summary>
    public long Request { get; init; }

    /// <summary>Place on the page, from 0; for impressions.</summary>
    public int Position { get; init; }

    /// <summary>Index of the arm and model version that ranked it; for impressions.</summary>
    public int ShownBy { get; init; }

    /// <summary>Seconds watched or coins given; NaN where there is none.</summary>
    public double Value { get; init; }

    /// <summary>Index of the activity or song.</summary>
    public int Detail { get; init; }

    /// <summary>For a status.</summary>
    public bool IsOnAir { get; init; }
}
