using Freshet.Core;
using Freshet.Simulation.World;

namespace Freshet.Simulation.Traffic;

/// <summary>Decides all that follows from showing a host on a page, at the moment it is shown, and sends it on its way.</summary>
/// <remarks>
/// Draws are keyed by (request, host): the same host on the same page of two runs meets the same luck, whatever else was
/// ranked beside it.
/// </remarks>
internal sealed class Reactions(
    PlatformOptions options, ClickModel truth, AirSchedule schedule, ArrivalQueue queue, List<PlatformEvent> behaviours)
{
    private const double InteractionsPerSecond = 0.004;
    private long _nextNumber;

    /// <summary>A number for an event that is no reaction.</summary>
    public long NextNumber() => _nextNumber++;

    /// <summary>Draws what happens to the page as a whole.</summary>
    public Page Open(long request, int user, bool isSleeper, long at, int shownBy)
    {
        var random = SplitMix64.Stream(options.Seed, RandomStream.Pages, (ulong)request);
        long shownAt = at + Delay.Render(ref random);
        bool sleeps = random.NextDouble() < options.SleepProbability && isSleeper;
        long asleep = Delay.Sleep(ref random, options.SleepMedian);
        bool offline = random.NextDouble() < options.OfflineShare;
        long outage = Delay.Offline(ref random);
        long looksAt = sleeps ? shownAt + asleep : shownAt;
        return new Page(request, user, shownAt, looksAt, offline ? looksAt + outage : 0, shownBy);
    }

    public void Show(in Page page, int host, int position)
    {
        var random = SplitMix64.Stream(options.Seed, RandomStream.Reactions, ((ulong)page.Request << 24) ^ (ulong)host);
        PlatformEvent impression = Event(page, EventKind.Impression, host, page.ShownAt, double.NaN) with { Position = position };
        Send(impression, notBefore: 0, isLost: false, ref random);
        if (page.Slept)
        {
            Send(impression with { Number = NextNumber(), At = page.LooksAt }, notBefore: 0, isLost: false, ref random);
        }

        double p = truth.Probability(page.User, host, page.ShownAt, position);
        if (random.NextDouble() < p)
        {
            Click(page, host, page.LooksAt + Delay.Click(ref random), mayReturn: true, ref random);
        }
    }

    private void Click(in Page page, int host, long at, bool mayReturn, ref SplitMix64 random)
    {
        double affinity = truth.Affinity(page.User, host, at);
        long leaves = Math.Min(at + Delay.Watch(ref random, affinity), schedule.EndOfSession(host, at));
        bool isWatched = leaves > at; // else the room is closed
        bool isLost = random.NextDouble() < options.LostClickShare && isWatched;
        Behave(page, EventKind.Click, host, at, double.NaN, isLost, ref random);
        if (!isWatched)
        {
            return;
        }

        WatchEvents(page, host, at, leaves, affinity, ref random);
        if (random.NextDouble() < options.RepeatClickShare && mayReturn)
        {
            Click(page, host, leaves + Delay.Return(ref random), mayReturn: false, ref random);
        }
    }

    private void WatchEvents(in Page page, int host, long at, long leaves, double affinity, ref SplitMix64 random)
    {
        double seconds = (leaves - at) / 1000.0;
        double mind = Math.Min(seconds, 600) * Math.Exp(0.3 * affinity); // longer and liked: more of everything
        int interactions = 0;
        while (interactions < 5 && random.NextDouble() < 1 - Math.Exp(-InteractionsPerSecond * mind))
        {
            interactions++;
            Behave(page, EventKind.Interact, host, Between(at, leaves, ref random), double.NaN, isLost: false, ref random);
        }

        if (random.NextDouble() < 1 - Math.Exp(-0.0008 * mind))
        {
            Behave(page, EventKind.Follow, host, Between(at, leaves, ref random), double.NaN, isLost: false, ref random);
        }

        if (random.NextDouble() < 1 - Math.Exp(-0.0003 * mind))
        {
            double coins = Math.Round(Math.Clamp(10 * Math.Exp(1.2 * random.NextNormal()), 1, 10_000));
            Behave(page, EventKind.Gift, host, Between(at, leaves, ref random), coins, isLost: false, ref random);
        }

        Behave(page, EventKind.Watch, host, leaves, seconds, isLost: false, ref random);
    }

    private static long Between(long from, long to, ref SplitMix64 random) => from + (long)(random.NextDouble() * (to - from));

    private void Behave(
        in Page page, EventKind kind, int host, long at, double value, bool isLost, ref SplitMix64 random) =>
        behaviours.Add(Send(Event(page, kind, host, at, value), page.OfflineUntil, isLost, ref random));

    private PlatformEvent Event(in Page page, EventKind kind, int host, long at, double value) => new()
    {
        Number = NextNumber(),
        Kind = kind,
        At = at,
        ReceivedAt = long.MaxValue,
        User = page.User,
        Host = host,
        Request = page.Request,
        Value = value,
        ShownBy = page.ShownBy,
    };

    private PlatformEvent Send(PlatformEvent sent, long notBefore, bool isLost, ref SplitMix64 random)
    {
        long receivedAt = Math.Max(sent.At, notBefore) + Delay.Network(ref random);
        bool twice = random.NextDouble() < options.DuplicateShare;
        long again = receivedAt + Delay.Duplicate(ref random);
        if (isLost)
        {
            return sent;
        }

        sent = sent with { ReceivedAt = receivedAt };
        queue.Send(sent);
        if (twice)
        {
            queue.Send(sent with { ReceivedAt = again });
        }

        return sent;
    }
}
