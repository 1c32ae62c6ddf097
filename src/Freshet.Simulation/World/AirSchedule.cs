using Freshet.Core;
using Freshet.Core.Time;

namespace Freshet.Simulation.World;

/// <summary>Who is on air when, and with what: drawn in advance, so that no ranking changes it.</summary>
internal sealed class AirSchedule
{
    private const double BroadcastProbability = 0.85;
    private const double SecondSessionProbability = 0.5;

    // Cumulative share of stretches: perform, chat, pk, contest, game, rest.
    private static readonly double[] s_activityShares = [0.3, 0.6, 0.75, 0.82, 0.94, 1];

    private readonly Broadcast[] _byHost;
    private readonly int[] _hostStarts; // [Hosts + 1] in _byHost

    public AirSchedule(PlatformOptions options, HostPopulation hosts)
    {
        var stretches = new List<Broadcast>();
        _hostStarts = new int[hosts.Count + 1];
        for (int host = 0; host < hosts.Count; host++)
        {
            AddHost(host, hosts, options, stretches);
            _hostStarts[host + 1] = stretches.Count;
        }

        _byHost = [.. stretches];
        Changes = DrawChanges();
    }

    /// <summary>Every going on air, change of activity and going off air, in order of time.</summary>
    public IReadOnlyList<AirChange> Changes { get; }

    /// <summary>Finds what a host does at <paramref name="offset"/>; false when off air.</summary>
    public bool TryFind(int host, long offset, out Broadcast stretch)
    {
        int low = _hostStarts[host], high = _hostStarts[host + 1] - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            stretch = _byHost[middle];
            if (offset < stretch.From)
            {
                high = middle - 1;
            }
            else if (offset >= stretch.To)
            {
                low = middle + 1;
            }
            else
            {
                return true;
            }
        }

        stretch = default;
        return false;
    }

    /// <summary>When the session that is on at <paramref name="offset"/> ends; <paramref name="offset"/> itself when off air.</summary>
    public long EndOfSession(int host, long offset)
    {
        while (TryFind(host, offset, out Broadcast stretch))
        {
            offset = stretch.To;
            if (stretch.EndsSession)
            {
                break;
            }
        }

        return offset;
    }

    private static void AddHost(int host, HostPopulation hosts, PlatformOptions options, List<Broadcast> stretches)
    {
        var random = SplitMix64.Stream(options.Seed, RandomStream.Schedule, (ulong)host);
        long usualStart = VolumeCurve.TimeOfDay(random.NextDouble()) - (2 * Milliseconds.Hour);
        long onAirUntil = 0;
        int first = hosts.FirstDay(host) == 0 ? -1 : hosts.FirstDay(host); // who is on air at the start began the day before
        for (int day = first; day < Math.Min(hosts.EndDay(host), options.Days + 1); day++)
        {
            bool broadcasts = random.NextDouble() < BroadcastProbability;
            int sessions = !broadcasts ? 0 : random.NextDouble() < SecondSessionProbability ? 2 : 1;
            for (int session = 0; session < sessions; session++)
            {
                long from = (day * Milliseconds.Day) + usualStart + (session * 9 * Milliseconds.Hour)
                    + (long)(1.5 * Milliseconds.Hour * random.NextNormal());
                double hours = Math.Clamp(5 * Math.Exp(0.5 * random.NextNormal()), 0.5, 10);
                long to = from + (long)(hours * Milliseconds.Hour);
                from = Math.Max(from, Math.Max(onAirUntil, hosts.FirstDay(host) * Milliseconds.Day));
                if (to - from >= Milliseconds.Minute)
                {
                    AddSession(host, from, to, ref random, stretches);
                    onAirUntil = to + (10 * Milliseconds.Minute);
                }
            }
        }
    }

    private static void AddSession(int host, long from, long to, ref SplitMix64 random, List<Broadcast> stretches)
    {
        while (from < to)
        {
            long length = (long)(Milliseconds.Minute * Math.Clamp(30 * Math.Exp(0.4 * random.NextNormal()), 10, 120));
            bool last = from + length >= to;
            double drawn = random.NextDouble();
            int activity = 0;
            while (s_activityShares[activity] <= drawn)
            {
                activity++;
            }

            stretches.Add(new Broadcast(host, from, last ? to : from + length, activity, last));
            from += length;
        }
    }

    private AirChange[] DrawChanges()
    {
        var changes = new List<AirChange>();
        foreach (Broadcast stretch in _byHost)
        {
            changes.Add(new AirChange(stretch.From, stretch.Host, IsOnAir: true, stretch.Activity));
            if (stretch.EndsSession)
            {
                changes.Add(new AirChange(stretch.To, stretch.Host, IsOnAir: false, stretch.Activity));
            }
        }

        return [.. changes.OrderBy(change => change.Offset).ThenBy(change => change.Host)];
    }
}
