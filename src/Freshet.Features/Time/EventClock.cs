namespace Freshet.Features.Time;

/// <summary>
/// The stage's event time: the latest time that is to be believed.
/// </summary>
/// <remarks>
/// An event more than the allowed skew ahead does not move the clock until three users say the same; till then it counts
/// at the clock's time, as an event that came now with a broken clock. Until three users were seen at all, an event more
/// than the skew behind moves the clock back, so that a first event from the far future is forgotten.
/// </remarks>
internal sealed class EventClock(TimeSpan maxSkew)
{
    /// <summary>The latest time that can be told apart: the end of year 9999, in ms. Fits 48 bits.</summary>
    public const long Latest = 253_402_300_799_999;

    private readonly long _maxSkew = (long)maxSkew.TotalMilliseconds;
    private Witnesses _ahead;
    private Witnesses _seen;
    private bool _started;

    /// <summary>Event time, ms since the epoch; 0 before the first event.</summary>
    public long Now { get; private set; }

    /// <summary>Takes the time of an event of <paramref name="user"/> (a hash; 0 = none) in.</summary>
    /// <returns>The time at which the event counts.</returns>
    public long Observe(long at, ulong user)
    {
        at = Math.Clamp(at, 0, Latest);
        if (!_started || (!_seen.IsFull && at < Now - _maxSkew))
        {
            _started = true;
            Now = at;
        }

        _seen.Add(user);
        if (at <= Now + _maxSkew)
        {
            Now = Math.Max(Now, at);
            return at;
        }

        _ahead.Add(user);
        if (!_ahead.IsFull)
        {
            return Now;
        }

        _ahead = default;
        Now = at;
        return at;
    }

    public void Save(BinaryWriter destination)
    {
        destination.Write(_started);
        destination.Write(Now);
        _ahead.Save(destination);
        _seen.Save(destination);
    }

    public void Restore(BinaryReader source)
    {
        _started = source.ReadBoolean();
        Now = source.ReadInt64();
        _ahead = Witnesses.Restore(source);
        _seen = Witnesses.Restore(source);
    }

    /// <summary>Up to three different users.</summary>
    private struct Witnesses
    {
        private ulong _first;
        private ulong _second;
        private int _count;

        public readonly bool IsFull => _count == 3;

        public void Add(ulong user)
        {
            if (_count == 0)
            {
                _first = user;
                _count = 1;
            }
            else if (_count == 1 && user != _first)
            {
                _second = user;
                _count = 2;
            }
            else if (_count == 2 && user != _first && user != _second)
            {
                _count = 3;
            }
        }

        public readonly void Save(BinaryWriter destination)
        {
            destination.Write(_first);
            destination.Write(_second);
            destination.Write(_count);
        }

        public static Witnesses Restore(BinaryReader source) =>
            new() { _first = source.ReadUInt64(), _second = source.ReadUInt64(), _count = source.ReadInt32() };
    }
}
