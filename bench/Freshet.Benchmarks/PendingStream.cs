using System.Globalization;
using Freshet.Core.Events;
using Freshet.Samples;
using Freshet.Scenes;

namespace Freshet.Benchmarks;

/// <summary>
/// A stream with millions of impressions pending: one event in five is an impression, behaviours are 120 B of JSON. Half of
/// the behaviours follow the newest 20,000 impressions, half any of the pending ones, which no cache holds.
/// </summary>
internal sealed class PendingStream
{
    private const long Start = 1_651_363_200_000;
    private const int Recent = 20_000;
    private readonly Random _random = new(42);
    private readonly BehaviourEvent _event = new();
    private long _events;

    /// <summary>A scene of three behaviours whose day is <paramref name="mode"/>'s.</summary>
    public static Scene Scene(AttributionMode mode) => new()
    {
        Name = "bench",
        Behaviours =
        [
            new Behaviour { Name = "click", EventType = "click", Window = TimeSpan.FromHours(30) },
            new Behaviour
            {
                Name = "watch30", EventType = "watch", Parent = 0, Window = TimeSpan.FromHours(30),
                Condition = new BehaviourCondition(ConditionKind.SumOfValues, Comparison.AtLeast, 30),
            },
            new Behaviour { Name = "gift", EventType = "gift", Parent = 0, Window = TimeSpan.FromHours(30) },
        ],
        Slots = [],
        Attribution = new AttributionOptions { Mode = mode },
    };

    /// <summary>Impressions so far.</summary>
    public int Impressions { get; private set; }

    /// <summary>Adds impressions, 3 ms of event time each, so that five million fit in a day.</summary>
    public void AddImpressions(Joiner joiner, int count)
    {
        for (int i = 0; i < count; i++)
        {
            WriteImpression(_event);
            joiner.Add(_event, joiner.WantsSnapshot(_event) ? Impressions - 1 : -1);
        }
    }

    /// <summary>Fills <paramref name="events"/> with what comes next.</summary>
    public void Write(BehaviourEvent[] events)
    {
        for (int i = 0; i < events.Length; i++)
        {
            WriteNext(events[i], i);
        }
    }

    /// <summary>Fills <paramref name="e"/> with event <paramref name="number"/> of five: an impression, or a behaviour.</summary>
    public void WriteNext(BehaviourEvent e, int number)
    {
        if (number % 5 == 0)
        {
            WriteImpression(e);
        }
        else
        {
            WriteBehaviour(e);
        }
    }

    private void WriteImpression(BehaviourEvent e)
    {
        Name(e, "impression", Impressions++);
        e.Position = Impressions % 20;
        e.AddFeature("tab", 1);
        e.AddFeature("category", "sing");
        e.AddFeature("user_ctr_1h", 0.12);
    }

    private void WriteBehaviour(BehaviourEvent e)
    {
        int back = _random.Next(2) == 0 ? _random.Next(Math.Min(Recent, Impressions)) : _random.Next(Impressions);
        Name(e, _random.Next(3) == 0 ? "watch" : "click", Impressions - 1 - back);
        e.Value = 12;
    }

    private void Name(BehaviourEvent e, string type, int impression)
    {
        e.Clear();
        e.At = Start + (Impressions * 3L);
        e.Set(EventText.Type, type);
        e.Set(EventText.EventId, string.Create(CultureInfo.InvariantCulture, $"e{_events++:0000000000}"));
        e.Set(EventText.RequestId, string.Create(CultureInfo.InvariantCulture, $"r{impression / 20:00000000}"));
        e.Set(EventText.UserId, string.Create(CultureInfo.InvariantCulture, $"u{impression / 20 % 500_000}"));
        e.Set(EventText.ItemId, string.Create(CultureInfo.InvariantCulture, $"h{impression % 20}"));
    }
}
