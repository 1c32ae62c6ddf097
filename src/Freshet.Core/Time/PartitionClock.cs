using System.Runtime.CompilerServices;
using Freshet.Core.Events;

namespace Freshet.Core.Time;

/// <summary>The clock of one partition, by the law of docs/joining.md. A value: a copy looks ahead and leaves the clock as it was.</summary>
/// <remarks>
/// While it gathers, <see cref="Times"/> holds the first arrivals. Later it holds the provisional times, that of arrival n at
/// place n mod <see cref="Needed"/>: it is decided by arrival n + <see cref="Needed"/>, which takes its place.
/// </remarks>
internal struct PartitionClock
{
    /// <summary>Arrivals with which a clock begins, and that must confirm a provisional time.</summary>
    public const int Needed = 8;

    private const long None = long.MinValue;

    private Rule _rule;
    private int _arrivals; // gathered so far; later the number of the next arrival, mod Needed
    private int _provisional;
    private Times _times;

    /// <summary>Whether it has begun. Until then <see cref="Now"/> is what it would be if the input ended here.</summary>
    public readonly bool HasBegun => _rule is Rule.Arrival or Rule.Believed;

    /// <summary>ms since the epoch; meaningless before the first arrival.</summary>
    public long Now { get; private set; }

    /// <summary>Takes the next arrival in.</summary>
    /// <param name="believed">Its believed time.</param>
    /// <param name="arrival">Its <c>received_at</c>, or <see cref="BehaviourEvent.NoTime"/>.</param>
    /// <param name="maxSkew">ms.</param>
    public void Observe(long believed, long arrival, long maxSkew)
    {
        switch (_rule)
        {
            case Rule.None or Rule.Arrival when arrival != BehaviourEvent.NoTime:
                Now = _rule == Rule.None ? arrival : Math.Max(Now, arrival);
                _rule = Rule.Arrival;
                break;
            case Rule.None or Rule.Gathering:
                _rule = Rule.Gathering;
                _times[_arrivals++] = believed;
                Now = Begun(maxSkew).Now;
                if (_arrivals == Needed)
                {
                    this = Begun(maxSkew);
                }

                break;
            case Rule.Arrival:
                this = BegunAt(Now);
                goto default;
            default:
                Believe(believed, maxSkew);
                break;
        }
    }

    /// <summary>Begins with what there is, if anything.</summary>
    public void End(long maxSkew)
    {
        if (_rule == Rule.Gathering)
        {
            this = Begun(maxSkew);
        }
    }

    public readonly void Save(BinaryWriter writer)
    {
        writer.Write((byte)_rule);
        writer.Write((byte)_arrivals);
        writer.Write((byte)_provisional);
        writer.Write(Now);
        for (int i = 0; i < Needed; i++)
        {
            writer.Write(_times[i]);
        }
    }

    public void Restore(BinaryReader reader)
    {
        _rule = (Rule)reader.ReadByte();
        _arrivals = reader.ReadByte();
        _provisional = reader.ReadByte();
        Now = reader.ReadInt64();
        for (int i = 0; i < Needed; i++)
        {
            _times[i] = reader.ReadInt64();
        }
    }

    private static PartitionClock BegunAt(long now)
    {
        var clock = new PartitionClock { _rule = Rule.Believed, Now = now };
        ((Span<long>)clock._times).Fill(None);
        return clock;
    }

    /// <summary>The clock that begins at the least of the times gathered, and has taken them in.</summary>
    private readonly PartitionClock Begun(long maxSkew)
    {
        ReadOnlySpan<long> gathered = ((ReadOnlySpan<long>)_times)[.._arrivals];
        long least = gathered[0];
        foreach (long time in gathered)
        {
            least = Math.Min(least, time);
        }

        PartitionClock clock = BegunAt(least);
        foreach (long time in gathered)
        {
            clock.Believe(time, maxSkew);
        }

        return clock;
    }

    private void Believe(long believed, long maxSkew)
    {
        if (_provisional > 0)
        {
            Decide(believed, maxSkew);
        }

        if (believed <= Now + maxSkew)
        {
            Now = Math.Max(Now, believed);
        }
        else
        {
            _times[_arrivals] = believed;
            _provisional++;
        }

        _arrivals = (_arrivals + 1) % Needed;
    }

    /// <summary>Withdraws the provisional times that an arrival contradicts; one that was waiting for its last word is confirmed.</summary>
    private void Decide(long believed, long maxSkew)
    {
        for (int i = 0; i < Needed; i++)
        {
            if (_times[i] != None && believed <= _times[i] - maxSkew)
            {
                _times[i] = None;
                _provisional--;
            }
        }

        if (_times[_arrivals] is var oldest and not None)
        {
            Now = Math.Max(Now, oldest);
            _times[_arrivals] = None;
            _provisional--;
        }
    }

    private enum Rule : byte
    {
        None,
        Arrival,
        Gathering,
        Believed,
    }

    [InlineArray(Needed)]
    private struct Times
    {
#pragma warning disable IDE0044, IDE0051 // the array's element
        private long _first;
#pragma warning restore IDE0044, IDE0051
    }
}
