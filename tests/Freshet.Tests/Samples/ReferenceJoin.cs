using Freshet.Core.Time;
using Freshet.Scenes;

namespace Freshet.Tests.Samples;

/// <summary>Attribution written from the design page alone: keeps all lines, sorts everything, knows no state machine.</summary>
internal sealed class ReferenceJoin(Scene scene, bool saysArrival = true)
{
    private readonly Dictionary<int, long> _latest = []; // arrival of lines that do not say it, as in Join
    private readonly Dictionary<int, ReferenceClock> _clocks = [];

    public long Duplicates, DuplicateImpressions, Conflicting, Signals, Unknown;

    /// <summary>The first arrived of each event_id within its identity, in order of arrival; organic behaviours apart.</summary>
    public List<Line> Kept { get; } = [];

    public int NoRequest { get; private set; }

    public int Impressions { get; private set; }

    public void Add(Line line, int partition = 0)
    {
        Watermark = WatermarkWith(line, partition);
        if (IsKnownType(line))
        {
            _clocks[partition] = ClockWith(line, partition);
            _latest[partition] = Arrival(line, partition);
        }

        bool behaviour = IsBehaviour(line);
        if (line.Type != "impression" && !behaviour)
        {
            _ = scene.Signals.Contains(line.Type) ? Signals++ : Unknown++;
            return;
        }

        Impressions += behaviour ? 0 : 1;
        if (behaviour && line.Request.Length == 0)
        {
            NoRequest++;
            return;
        }

        Line? former = Kept.Find(kept => kept.Identity == line.Identity && kept.Id == line.Id);
        if (former is null)
        {
            Kept.Add(line);
            return;
        }

        _ = behaviour ? Duplicates++ : DuplicateImpressions++;
        Conflicting += former == line with { ReceivedAt = former.ReceivedAt } ? 0 : 1;
    }

    public long Watermark { get; private set; } = SceneDays.MinAt;

    /// <summary>The watermark once <paramref name="line"/> is seen too: the least of its active partitions, and never back.</summary>
    public long WatermarkWith(Line line, int partition = 0)
    {
        long[] begun = [.. Begun(line, partition)];
        return begun.Length == 0 ? Watermark : Math.Max(
            Watermark, begun.Where(at => at >= begun.Max() - Ms(scene.Attribution.IdleAfter)).Min() - Ms(scene.Attribution.Lateness));
    }

    /// <summary>The end of the input: a clock of fewer than eight lines begins with what there was.</summary>
    public void End()
    {
        long[] begun = [.. _clocks.Values.Select(clock => clock.Read().Now)];
        if (Watermark == SceneDays.MinAt && begun.Length > 0)
        {
            Watermark = begun.Where(at => at >= begun.Max() - Ms(scene.Attribution.IdleAfter)).Min() - Ms(scene.Attribution.Lateness);
        }
    }

    /// <summary>The time of the stage once <paramref name="line"/> is seen too, and whether any partition's clock has begun by then.</summary>
    public (long Now, bool HasBegun) NowWith(Line line, int partition = 0)
    {
        long[] begun = [.. Begun(line, partition)];
        return begun.Length > 0 ? (begun.Max(), true) : (ClockWith(line, partition).Read().Now, false);
    }

    private IEnumerable<long> Begun(Line line, int partition) => _clocks.Where(pair => pair.Key != partition).Select(pair => pair.Value)
        .Concat(IsKnownType(line) ? [ClockWith(line, partition)] : _clocks.TryGetValue(partition, out ReferenceClock? clock) ? [clock] : [])
        .Select(clock => clock.Read()).Where(read => read.HasBegun).Select(read => read.Now);

    private ReferenceClock ClockWith(Line line, int partition) =>
        (_clocks.GetValueOrDefault(partition) ?? new ReferenceClock(Ms(scene.Attribution.MaxSkew), [])).With(line.At, line.ReceivedAt ?? (saysArrival ? Arrival(line, partition) : null));

    private long Arrival(Line line, int partition) => Math.Max(_latest.GetValueOrDefault(partition, line.At), line.At);

    /// <summary>Whether the watermark has not passed a behaviour's wait for its impression.</summary>
    public bool IsPending(Line behaviour) => Watermark <= behaviour.At + Ms(scene.Attribution.OrphanWait);

    public List<Line> Identities() => [.. Kept.Where(IsImpression).Select(First).Distinct()];

    public Line First(Line of) => ByTime(Kept.Where(line => IsImpression(line) && line.Identity == of.Identity)).First();

    public bool HasIdentity(Line of) => Kept.Exists(line => IsImpression(line) && line.Identity == of.Identity);

    public int Repeats(Line of) => Kept.Count(line => IsImpression(line) && line.Identity == of.Identity) - 1;

    public List<Line> Behaviours() => [.. Kept.Where(line => !IsImpression(line))];

    /// <summary>All samples in the order of the table; held back after <paramref name="newest"/>.</summary>
    public List<Join.Row> Samples(long newest = long.MaxValue) =>
    [
        .. Identities().Where(first => first.At <= newest)
            .OrderBy(first => first.At).ThenBy(first => first.Id, StringComparer.Ordinal).ThenBy(Hash)
            .Select(first => Sample(first, first, Repeats(first), _ => HorizonEnd(first.At), _ => HorizonEnd(first.At))),
    ];

    /// <summary>The sample of an identity shown at <paramref name="shown"/>, with labels and targets of the events before their end.</summary>
    public Join.Row Sample(Line snapshot, Line shown, int repeats, Func<Behaviour, long> end, Func<Regression, long> targetEnd)
    {
        int count = scene.Behaviours.Count;
        var events = ByTime(Kept.Where(line => !IsImpression(line) && line.Identity == shown.Identity && line.At >= shown.At)).ToList();
        Line?[] own = [.. scene.Behaviours.Select(behaviour => Qualifying(behaviour, events.Where(e => e.At < end(behaviour))))];
        Line?[] made = [.. Enumerable.Range(0, count).Select(i => ByTime(
            Enumerable.Range(0, count).Where(j => own[j] is not null && (i == j || Implies(j, i))).Select(j => own[j]!)).FirstOrDefault())];
        uint labels = (uint)Enumerable.Range(0, count).Sum(i => made[i] is null ? 0 : 1 << i);
        return new Join.Row(
            shown.Identity, snapshot.Id, shown.At, repeats, labels,
            string.Join(',', made.Select(line => line?.At ?? long.MinValue)),
            string.Join(',', made.Select(line => line?.Value ?? double.NaN)),
            string.Join(',', scene.Regressions.Select(r => Target(
                r, [.. events.Where(e => e.Type == r.EventType && e.At < targetEnd(r) && !double.IsNaN(e.Value)).Select(e => e.Value)]))));
    }

    public long HorizonEnd(long shownAt)
    {
        if (scene.Attribution.Horizon is { } horizon)
        {
            return shownAt + Ms(horizon);
        }

        DateTime local = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(shownAt), scene.TimeZone).Date.AddDays(1);
        return Midnight(DateOnly.FromDateTime(local), scene.TimeZone) + Ms(scene.Attribution.Grace);
    }

    /// <summary>The local midnight with which a day begins, in zones whose clocks do not change then.</summary>
    public static long Midnight(DateOnly day, TimeZoneInfo zone)
    {
        DateTime local = day.ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUnixTimeMilliseconds();
    }

    public static bool IsImpression(Line line) => line.Type == "impression";

    public static long Ms(TimeSpan duration) => (long)duration.TotalMilliseconds;

    private static IEnumerable<Line> ByTime(IEnumerable<Line> lines) => lines.OrderBy(l => l.At).ThenBy(l => l.Id, StringComparer.Ordinal);

    private static (ulong High, ulong Low) Hash(Line line)
    {
        var key = Freshet.Core.Events.IdentityKey.Of(line.ToEvent());
        return (key.High, key.Low);
    }

    private static float Target(Regression regression, double[] values) => (float)(regression.Aggregate switch
    {
        _ when values.Length == 0 => regression.Absent == AbsentTarget.Zero ? 0 : double.NaN,
        TargetAggregate.Sum => values.Sum(),
        TargetAggregate.Max => values.Max(),
        _ => values[^1],
    });

    private static Line? Qualifying(Behaviour behaviour, IEnumerable<Line> events)
    {
        double sum = 0;
        foreach (Line e in events.Where(e => e.Type == behaviour.EventType))
        {
            bool isSum = behaviour.Condition.Kind == ConditionKind.SumOfValues;
            if (isSum && double.IsNaN(e.Value))
            {
                continue;
            }

            sum += e.Value;
            if (behaviour.Condition.IsMetBy(isSum ? sum : e.Value))
            {
                return e;
            }
        }

        return null;
    }

    private bool Implies(int child, int ancestor)
    {
        for (int i = scene.Behaviours[child].Parent; i >= 0; i = scene.Behaviours[i].Parent)
        {
            if (i == ancestor)
            {
                return scene.Behaviours[child].ImplyParents;
            }
        }

        return false;
    }

    public bool IsKnownType(Line line) => IsKnownType(scene, line);

    public static bool IsKnownType(Scene scene, Line line) =>
        line.Type == "impression" || scene.Signals.Contains(line.Type) || IsBehaviour(scene, line);

    private bool IsBehaviour(Line line) => IsBehaviour(scene, line);

    private static bool IsBehaviour(Scene scene, Line line) =>
        scene.Behaviours.Any(b => b.EventType == line.Type) || scene.Regressions.Any(r => r.EventType == line.Type);
}
