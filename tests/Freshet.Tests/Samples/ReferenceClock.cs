namespace Freshet.Tests.Samples;

/// <summary>The clock of one partition, written from the prose alone: it keeps all arrivals and reads them all again.</summary>
internal sealed class ReferenceClock(long maxSkew, IReadOnlyList<(long At, long? ReceivedAt)> arrivals)
{
    private const int Needed = 8;

    public ReferenceClock With(long at, long? receivedAt) => new(maxSkew, [.. arrivals, (at, receivedAt)]);

    /// <summary>The clock after all arrivals. Until it has begun it says what it would be if the input ended here.</summary>
    public (long Now, bool HasBegun) Read()
    {
        int saying = arrivals.TakeWhile(arrival => arrival.ReceivedAt is not null).Count();
        if (saying == arrivals.Count)
        {
            return arrivals.Count == 0 ? (long.MinValue, false) : (arrivals.Max(arrival => arrival.ReceivedAt!.Value), true);
        }

        long[] times = [.. arrivals.Select(Believed)];
        long now = saying > 0 ? arrivals.Take(saying).Max(arrival => arrival.ReceivedAt!.Value) : times.Take(Needed).Min();
        bool[] provisional = new bool[times.Length];
        for (int i = saying; i < times.Length; i++)
        {
            int decided = i - Needed;
            if (decided >= saying && provisional[decided] && times[(decided + 1)..(i + 1)].All(time => time > times[decided] - maxSkew))
            {
                now = Math.Max(now, times[decided]);
            }

            provisional[i] = times[i] > now + maxSkew;
            now = provisional[i] ? now : Math.Max(now, times[i]);
        }

        return (now, saying > 0 || times.Length >= Needed);
    }

    private long Believed((long At, long? ReceivedAt) arrival) =>
        arrival.ReceivedAt is { } received && arrival.At > received + maxSkew ? received : arrival.At;
}
