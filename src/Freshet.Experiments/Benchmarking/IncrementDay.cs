using System.Globalization;
using Freshet.Core;
using Freshet.Core.Events;
using Freshet.Core.Time;
using Freshet.Samples;
using Freshet.Scenes;

namespace Freshet.Experiments.Benchmarking;

/// <summary>A day of synthetic impressions, evenly spread, whose labels arrive late: what an increment has to learn again and again.</summary>
/// <remarks>Three of ten impressions are positive. One in twenty of these is told hours later, at any time until the day ends; the others after 5 minutes on average.</remarks>
internal sealed class IncrementDay
{
    private const double PositiveShare = 0.3, OldShare = 0.05;
    private readonly BenchmarkTraffic _traffic;
    private readonly Joiner _joiner;
    private readonly BehaviourEvent _event = new();
    private readonly PriorityQueue<(int Impression, long At), long> _coming = new();
    private readonly int _samples;
    private SplitMix64 _random = new(7);
    private int _shown;

    public IncrementDay(BenchmarkOptions options, Scene scene, int samples)
    {
        _traffic = new BenchmarkTraffic(options, scene, seed: 42);
        _joiner = new Joiner(scene);
        _samples = samples;
        Table = new SampleTable(scene);
    }

    /// <summary>Length of the day, ms.</summary>
    public const long Length = Milliseconds.Day;

    /// <summary>Beginning of the day, ms since the epoch: a midnight of UTC.</summary>
    public static long Start => 1_767_225_600_000;

    /// <summary>Attributed by <see cref="AdvanceTo"/>.</summary>
    public SampleTable Table { get; }

    /// <summary>Lets everything arrive up to a time, and attributes it then.</summary>
    public void AdvanceTo(long time)
    {
        while (ShownAt(_shown) < time)
        {
            Tell(ShownAt(_shown));
            Show();
        }

        Tell(time);
        _joiner.Cut(time, Table);
    }

    // A tenth of a day before the day is what the base learns.
    private long ShownAt(int impression) => Start - (Length / 10) + (long)((double)Length / _samples * impression);

    private void Show()
    {
        _traffic.AddImpression(Table.Features);
        Fill(EventTypeNames.Impression, "i", _shown, ShownAt(_shown));
        _ = _joiner.Add(_event, _shown);
        if (_random.NextDouble() < PositiveShare)
        {
            long at = ShownAt(_shown), end = Start + Length;
            long delay = _random.NextDouble() < OldShare
                ? (long)(_random.NextDouble() * Math.Max(0, end - at))
                : (long)(-5 * Milliseconds.Minute * Math.Log(1 - _random.NextDouble()));
            _coming.Enqueue((_shown, at + delay), at + delay);
        }

        _shown++;
    }

    private void Tell(long until)
    {
        while (_coming.TryPeek(out (int Impression, long At) next, out _) && next.At < until)
        {
            _ = _coming.Dequeue();
            Fill("task0", "t", next.Impression, next.At);
            _ = _joiner.Add(_event, -1);
        }
    }

    private void Fill(string type, string prefix, int impression, long at)
    {
        string number = impression.ToString(CultureInfo.InvariantCulture);
        _event.Clear();
        _event.At = at;
        _event.Set(EventText.Type, type);
        _event.Set(EventText.EventId, prefix + number);
        _event.Set(EventText.RequestId, "r" + number);
        _event.Set(EventText.UserId, "u" + (impression % 100_000).ToString(CultureInfo.InvariantCulture));
        _event.Set(EventText.ItemId, "h" + number);
    }
}
