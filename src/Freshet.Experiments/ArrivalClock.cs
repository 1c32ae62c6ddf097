using System.IO.Hashing;
using Freshet.Core.Events;

namespace Freshet.Experiments;

/// <summary>
/// The stage's clock in a replay: when the event arrived where the log says so, else its event time, never going back.
/// </summary>
/// <remarks>
/// An event more than <c>max_skew</c> ahead does not move the clock until events of three users say the same (pipeline.md 1):
/// one phone with a wrong date must not end the day for everybody.
/// </remarks>
internal sealed class ArrivalClock(TimeSpan maxSkew)
{
    private const int Votes = 3;
    private readonly long _maxSkew = maxSkew.Ticks / TimeSpan.TicksPerMillisecond;
    private readonly Dictionary<ulong, long> _ahead = [];

    /// <summary>ms since the epoch; <see cref="long.MinValue"/> before the first event.</summary>
    public long Now { get; private set; } = long.MinValue;

    /// <summary>Events further ahead than allowed.</summary>
    public long FarAhead { get; private set; }

    /// <summary>Takes note of an arriving event and returns <see cref="Now"/>.</summary>
    public long Observe(BehaviourEvent arrived)
    {
        if (arrived.ReceivedAt != BehaviourEvent.NoTime)
        {
            return Now = Math.Max(Now, arrived.ReceivedAt);
        }

        if (Now == long.MinValue || arrived.At <= Now + _maxSkew)
        {
            return Now = Math.Max(Now, arrived.At);
        }

        FarAhead++;
        if (!arrived.UserId.IsEmpty)
        {
            _ahead[XxHash3.HashToUInt64(arrived.UserId)] = arrived.At;
            if (_ahead.Count >= Votes)
            {
                Now = Math.Max(Now, _ahead.Values.Min());
                _ahead.Clear();
            }
        }

        return Now;
    }
}
