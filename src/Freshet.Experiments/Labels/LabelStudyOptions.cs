using Freshet.Simulation;

namespace Freshet.Experiments.Labels;

/// <summary>The day that a label study generates, and what it compares on it.</summary>
public sealed record LabelStudyOptions
{
    /// <summary>Seeds the simulated day. Default: 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Mean number of pages shown on the day, 1 to 10,000,000. Default: 4,200.</summary>
    public int RequestsPerDay { get; init; } = 4_200;

    /// <summary>
    /// Chance that a sleeper (30 % of users) puts the phone away with the page open, in [0, 1]. Default: 0.4, with which a window
    /// alone labels about 70 % right.
    /// </summary>
    public double SleepProbability { get; init; } = 0.4;

    /// <summary>Lengths of the windows that are compared, each &gt; 0.</summary>
    public IReadOnlyList<TimeSpan> Windows { get; init; } =
    [
        TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30), TimeSpan.FromHours(1), TimeSpan.FromHours(2), TimeSpan.FromHours(4),
    ];

    /// <summary>What cumulative attribution holds back, each &gt;= 0.</summary>
    public IReadOnlyList<TimeSpan> MinAges { get; init; } = [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10)];

    internal PlatformOptions Platform => new()
    {
        Seed = Seed,
        Days = 1,
        RequestsPerDay = RequestsPerDay,
        SleepProbability = SleepProbability,
    };
}
