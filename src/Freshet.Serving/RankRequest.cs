using Freshet.Core.Events;

namespace Freshet.Serving;

/// <summary>What is to be ranked: candidates for one page of one user. A buffer that is filled again and again.</summary>
/// <remarks>Not thread-safe. Memory grows to the widest request, so limit the candidates before you add them. Allocates nothing in steady state.</remarks>
public sealed class RankRequest
{
    private BehaviourEvent[] _candidates = [];

    /// <summary>Candidates added.</summary>
    public int Count { get; private set; }

    /// <summary>Most items on the page, ≥ 0. Default: all candidates.</summary>
    public int PageSize
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    } = int.MaxValue;

    /// <summary>Position of the first item on the page, ≥ 0: impressions count from it, from 0 or 1 as the platform does. Default: 0.</summary>
    public int FirstPosition
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }

    /// <summary>Seeds what is explored. Derive it from the request's id, so that the same request explores the same.</summary>
    public ulong Seed { get; set; }

    /// <summary>
    /// Adds a candidate. Fill it as the impression that it would be: user, item, request, surface, time and features. Its position is not read.
    /// </summary>
    /// <returns>An empty event that belongs to the request until <see cref="Clear"/>.</returns>
    public BehaviourEvent AddCandidate()
    {
        if (Count == _candidates.Length)
        {
            Array.Resize(ref _candidates, Math.Max(16, 2 * Count));
        }

        BehaviourEvent candidate = _candidates[Count] ??= new BehaviourEvent();
        candidate.Clear();
        Count++;
        return candidate;
    }

    /// <summary>The candidate at <paramref name="index"/>, in order of adding.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    public BehaviourEvent Candidate(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return _candidates[index];
    }

    /// <summary>Removes the candidates; settings and buffers stay.</summary>
    public void Clear() => Count = 0;
}
