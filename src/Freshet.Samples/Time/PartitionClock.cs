using Freshet.Core.Time;
using Freshet.Scenes;

namespace Freshet.Samples.Time;

/// <summary>The latest event time of one partition, deaf to single clocks that run far ahead.</summary>
/// <remarks>
/// An event more than <c>max_skew</c> ahead of the watermark is remembered as a vote. Votes of three users that lie
/// within <c>max_skew</c> of the newest one say the same: the clock moves to the least of the three newest of them.
/// Eight votes are remembered, the oldest gives way. The very first event is believed.
/// </remarks>
internal sealed class PartitionClock(AttributionOptions options)
{
    private const int VotesNeeded = 3;
    private const int VotesKept = 8;
    private readonly long _lateness = Milliseconds.Of(options.Lateness);
    private readonly long _maxSkew = Milliseconds.Of(options.MaxSkew);
    private readonly ulong[] _voters = new ulong[VotesKept];
    private readonly long[] _votes = new long[VotesKept];
    private int _voteCount;

    /// <summary>Largest event time believed; <see cref="long.MinValue"/> before the first event.</summary>
    public long Latest { get; private set; } = long.MinValue;

    public bool IsFarAhead(long at) => Latest != long.MinValue && at > Latest - _lateness + _maxSkew;

    public void Observe(long at) => Latest = Math.Max(Latest, at);

    /// <summary>Takes the word of <paramref name="user"/> that it is already <paramref name="at"/>, which is far ahead.</summary>
    public void Vote(long at, ulong user)
    {
        Remember(at, user);
        int agreeing = 0;
        long least = long.MaxValue;
        for (int i = _voteCount - 1; i >= 0 && agreeing < VotesNeeded; i--)
        {
            if (Math.Abs(_votes[i] - at) <= _maxSkew)
            {
                least = Math.Min(least, _votes[i]);
                agreeing++;
            }
        }

        if (agreeing == VotesNeeded)
        {
            Latest = Math.Max(Latest, least);
            Forget();
        }
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(Latest);
        writer.Write(_voteCount);
        for (int i = 0; i < _voteCount; i++)
        {
            writer.Write(_voters[i]);
            writer.Write(_votes[i]);
        }
    }

    public void Restore(BinaryReader reader)
    {
        Latest = reader.ReadInt64();
        _voteCount = reader.ReadInt32();
        for (int i = 0; i < _voteCount; i++)
        {
            _voters[i] = reader.ReadUInt64();
            _votes[i] = reader.ReadInt64();
        }
    }

    private void Remember(long at, ulong user)
    {
        int place = Array.IndexOf(_voters, user, 0, _voteCount);
        if (place < 0 && _voteCount == VotesKept)
        {
            place = 0;
        }

        if (place >= 0)
        {
            RemoveAt(place);
        }

        _voters[_voteCount] = user;
        _votes[_voteCount++] = at;
    }

    private void Forget()
    {
        for (int i = _voteCount - 1; i >= 0; i--)
        {
            if (!IsFarAhead(_votes[i]))
            {
                RemoveAt(i);
            }
        }
    }

    private void RemoveAt(int place)
    {
        Array.Copy(_voters, place + 1, _voters, place, _voteCount - place - 1);
        Array.Copy(_votes, place + 1, _votes, place, _voteCount - place - 1);
        _voteCount--;
    }
}
