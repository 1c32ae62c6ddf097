namespace Freshet.Simulation;

/// <summary>Size, length and habits of a simulated platform. Immutable; all mistakes are reported at once.</summary>
public sealed record PlatformOptions
{
    /// <summary>Seeds everything that is drawn. Default: 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>First instant: a midnight of the scene's zone, given with that zone's offset. Default: 2 March 2026 at +08:00.</summary>
    public DateTimeOffset Start { get; init; } = new(2026, 3, 2, 0, 0, 0, TimeSpan.FromHours(8));

    /// <summary>Days with requests, 1 to 60. Default: 4.</summary>
    public int Days { get; init; } = 4;

    /// <summary>How long events still arrive after the last day, &gt;= 0; what would come later is cut off. Default: 2 h.</summary>
    public TimeSpan Tail { get; init; } = TimeSpan.FromHours(2);

    /// <summary>Users, 1 to 1,000,000. Default: 4,000.</summary>
    public int Users { get; init; } = 4_000;

    /// <summary>Hosts at any one time, about a third of them on air, 10 to 100,000. Default: 400.</summary>
    public int Hosts { get; init; } = 400;

    /// <summary>Share of hosts replaced by new ones at each midnight after the first, in [0, 0.5]. Default: 0.06.</summary>
    public double NewHostShare { get; init; } = 0.06;

    /// <summary>Mean number of ranking requests a day, 1 to 10,000,000. Default: 4,200.</summary>
    public int RequestsPerDay { get; init; } = 4_200;

    /// <summary>Hosts on air to rank in a request (fewer if fewer are on air), 1 to 1,000. Default: 24.</summary>
    public int CandidatesPerRequest { get; init; } = 24;

    /// <summary>Places on the page, 1 to <see cref="CandidatesPerRequest"/>. Default: 6.</summary>
    public int ShownPerRequest { get; init; } = 6;

    /// <summary>Standard deviation of a host's quarter-hour pull, in logits, &gt;= 0. Default: 0.8.</summary>
    public double QuarterPullDeviation { get; init; } = 0.8;

    /// <summary>Correlation of a host's pull from one quarter-hour to the next, in [0, 1). Default: 0.95.</summary>
    public double QuarterPullPersistence { get; init; } = 0.95;

    /// <summary>Standard deviation of a host's shift of the day, in logits, &gt;= 0. Default: 0.6.</summary>
    public double DayShiftDeviation { get; init; } = 0.6;

    /// <summary>Standard deviation of what an age range likes right now in a category, in logits, &gt;= 0. Default: 0.5.</summary>
    public double FashionDeviation { get; init; } = 0.5;

    /// <summary>Share of users whose phones sleep with the page open, in [0, 1]. Default: 0.3.</summary>
    public double SleeperShare { get; init; } = 0.3;

    /// <summary>Chance that a sleeper puts the phone away after a request, in [0, 1]. Default: 0.33.</summary>
    public double SleepProbability { get; init; } = 0.33;

    /// <summary>Median time a phone sleeps (log-normal, σ = 0.9, at least 5 min), &gt; 0. Default: 100 min.</summary>
    public TimeSpan SleepMedian { get; init; } = TimeSpan.FromMinutes(100);

    /// <summary>Share of requests after which the network is lost and behaviours are uploaded late, in [0, 1]. Default: 0.02.</summary>
    public double OfflineShare { get; init; } = 0.02;

    /// <summary>Share of impressions and behaviours sent twice with the same event id, in [0, 1]. Default: 0.005.</summary>
    public double DuplicateShare { get; init; } = 0.005;

    /// <summary>Share of clicks whose event never arrives though the watch does, in [0, 1]. Default: 0.01.</summary>
    public double LostClickShare { get; init; } = 0.01;

    /// <summary>Share of watched clicks after which the room is opened once more, in [0, 1]. Default: 0.05.</summary>
    public double RepeatClickShare { get; init; } = 0.05;

    /// <summary>Chance of a song play after a request, in [0, 1]. Default: 0.1.</summary>
    public double SongPlayShare { get; init; } = 0.1;

    internal void Validate()
    {
        var mistakes = new List<string>();
        Check(Start.TimeOfDay == TimeSpan.Zero, $"Start is {Start:O}; use a midnight.");
        Check(Days is >= 1 and <= 60, $"Days is {Days}; use 1 to 60.");
        Check(Tail >= TimeSpan.Zero && Tail <= TimeSpan.FromDays(1), $"Tail is {Tail}; use 0 to 1 day.");
        Check(Users is >= 1 and <= 1_000_000, $"Users is {Users}; use 1 to 1000000.");
        Check(Hosts is >= 10 and <= 100_000, $"Hosts is {Hosts}; use 10 to 100000.");
        Check(NewHostShare is >= 0 and <= 0.5, $"NewHostShare is {NewHostShare}; use 0 to 0.5.");
        Check(RequestsPerDay is >= 1 and <= 10_000_000, $"RequestsPerDay is {RequestsPerDay}; use 1 to 10000000.");
        Check(CandidatesPerRequest is >= 1 and <= 1_000, $"CandidatesPerRequest is {CandidatesPerRequest}; use 1 to 1000.");
        Check(
            ShownPerRequest >= 1 && ShownPerRequest <= CandidatesPerRequest,
            $"ShownPerRequest is {ShownPerRequest}; use 1 to CandidatesPerRequest, which is {CandidatesPerRequest}.");
        Check(QuarterPullDeviation is >= 0 and <= 10, $"QuarterPullDeviation is {QuarterPullDeviation}; use 0 to 10.");
        Check(
            QuarterPullPersistence is >= 0 and < 1,
            $"QuarterPullPersistence is {QuarterPullPersistence}; use 0 to below 1.");
        Check(DayShiftDeviation is >= 0 and <= 10, $"DayShiftDeviation is {DayShiftDeviation}; use 0 to 10.");
        Check(FashionDeviation is >= 0 and <= 10, $"FashionDeviation is {FashionDeviation}; use 0 to 10.");
        Check(SleepMedian > TimeSpan.Zero, $"SleepMedian is {SleepMedian}; use more than 0.");
        CheckShare(SleeperShare, nameof(SleeperShare));
        CheckShare(SleepProbability, nameof(SleepProbability));
        CheckShare(OfflineShare, nameof(OfflineShare));
        CheckShare(DuplicateShare, nameof(DuplicateShare));
        CheckShare(LostClickShare, nameof(LostClickShare));
        CheckShare(RepeatClickShare, nameof(RepeatClickShare));
        CheckShare(SongPlayShare, nameof(SongPlayShare));
        if (mistakes.Count > 0)
        {
            throw new ArgumentException("Simulated platform: " + string.Join(' ', mistakes));
        }

        void Check(bool holds, FormattableString mistake)
        {
            if (!holds)
            {
                mistakes.Add(FormattableString.Invariant(mistake));
            }
        }

        void CheckShare(double share, string name) => Check(share is >= 0 and <= 1, $"{name} is {share}; use 0 to 1.");
    }
}
