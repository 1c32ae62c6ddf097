using System.IO.Hashing;
using Freshet.Core;
using Freshet.Core.Events;
using Freshet.Scenes;

namespace Freshet.Experiments;

/// <summary>A log in which behaviours arrive later than they happened: what a log without delays would look like with them.</summary>
/// <remarks>
/// Each behaviour of the scene gets an exponential delay of a given mean, drawn from (seed, event_id), added to its arrival
/// (<c>received_at</c>, else <c>at</c>); its own time stays, and every event says when it arrived. Duplicates of one event_id are late by the same. Events come out in order of
/// arrival, those of one moment in the order of the log. In memory are the behaviours that are on their way.
/// </remarks>
public sealed class DelayedLabels : IEventSource
{
    private const ulong Draws = 0x64656C6179656421; // "delayed!": a stream of the seed of its own
    private readonly IEventSource _source;
    private readonly HashSet<string> _types;
    private readonly double _mean;
    private readonly ulong _seed;
    private readonly PriorityQueue<BehaviourEvent, (long ArrivesAt, long Sequence)> _waiting = new();
    private readonly Stack<BehaviourEvent> _free = new();
    private BehaviourEvent _next = new();
    private bool _hasNext;
    private long _now = long.MinValue;
    private long _sequence;

    /// <summary>Delays the behaviours of a log.</summary>
    /// <param name="source">In order of arrival; disposed with this.</param>
    /// <param name="scene">Says which types are behaviours.</param>
    /// <param name="mean">Mean of the exponential delay, &gt; 0.</param>
    /// <param name="seed">Seeds the draws.</param>
    public DelayedLabels(IEventSource source, Scene scene, TimeSpan mean, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(mean, TimeSpan.Zero);
        _source = source;
        _types = [.. scene.Behaviours.Select(behaviour => behaviour.EventType), .. scene.Regressions.Select(regression => regression.EventType)];
        _mean = mean.TotalMilliseconds;
        _seed = seed;
    }

    /// <inheritdoc/>
    public long Malformed => _source.Malformed;

    /// <inheritdoc/>
    public bool TryRead(BehaviourEvent destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        while (_hasNext || (_hasNext = _source.TryRead(_next)))
        {
            long arrives = ArrivalOf(_next);
            if (_waiting.TryPeek(out _, out (long ArrivesAt, long Sequence) first) && first.ArrivesAt <= arrives)
            {
                break;
            }

            _hasNext = false;
            if (!_types.Contains(System.Text.Encoding.UTF8.GetString(_next.Type)))
            {
                _now = Math.Max(_now, arrives);
                destination.CopyFrom(_next);
                destination.ReceivedAt = arrives; // or the clock would go by the times of the events
                return true;
            }

            _next.ReceivedAt = arrives + Delay(_next);
            _waiting.Enqueue(_next, (_next.ReceivedAt, _sequence++));
            _next = _free.TryPop(out BehaviourEvent? free) ? free : new BehaviourEvent();
        }

        if (!_waiting.TryDequeue(out BehaviourEvent? delayed, out _))
        {
            destination.Clear();
            return false;
        }

        destination.CopyFrom(delayed);
        _free.Push(delayed);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();

    /// <summary>An event without <c>received_at</c> arrives at its own time, or with the event before it where that was later.</summary>
    private long ArrivalOf(BehaviourEvent e) => e.ReceivedAt != BehaviourEvent.NoTime ? e.ReceivedAt : Math.Max(_now, e.At);

    private long Delay(BehaviourEvent e) =>
        (long)(-Math.Log(1 - SplitMix64.Stream(_seed, Draws, XxHash3.HashToUInt64(e.EventId)).NextDouble()) * _mean);
}
