using System.Text;
using Freshet.Core.Events;
using Freshet.Core.Samples;
using Freshet.Core.Time;
using Freshet.Samples.Attribution;
using Freshet.Samples.Joining;
using Freshet.Scenes;

namespace Freshet.Samples.Stories;

/// <summary>Remembers the outcomes of the events of the identities that are asked for, and explains their samples.</summary>
/// <remarks>Give it all events, in order of arrival. Not thread-safe.</remarks>
public sealed class StoryTeller
{
    /// <summary>Identities of which events are remembered, at most.</summary>
    public const int MostIdentities = 20;

    private readonly Scene _scene;
    private readonly long? _cutoff;
    private readonly Func<string, string, string, bool> _isAskedFor;
    private readonly Joiner _joiner;
    private readonly SampleTable _table;
    private readonly Dictionary<IdentityKey, Told> _told = [];
    private readonly HashSet<IdentityKey> _others = [];

    /// <summary>A teller that has heard nothing yet.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="joiner">Joins the events.</param>
    /// <param name="cutoff">Events that arrived later do not count, ms since the epoch; null: all count.</param>
    /// <param name="isAskedFor">Whether an identity (user, request, item) is asked for.</param>
    public StoryTeller(Scene scene, Joiner joiner, long? cutoff, Func<string, string, string, bool> isAskedFor)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(joiner);
        ArgumentNullException.ThrowIfNull(isAskedFor);
        _scene = scene;
        _cutoff = cutoff;
        _isAskedFor = isAskedFor;
        _joiner = joiner;
        _table = new SampleTable(scene);
    }

    /// <summary>Takes note of the event that arrived next.</summary>
    /// <param name="arrived">The event; copied where it is asked for.</param>
    /// <param name="outcome">What the join said; null: it arrived after the cutoff.</param>
    public void Add(BehaviourEvent arrived, JoinOutcome? outcome)
    {
        ArgumentNullException.ThrowIfNull(arrived);
        if (Find(arrived) is { } told)
        {
            var copy = new BehaviourEvent();
            copy.CopyFrom(arrived);
            told.Events.Add((copy, outcome));
        }
    }

    /// <summary>Attributes, and tells the stories of the identities that are asked for, the first <see cref="MostIdentities"/> that came.</summary>
    public IReadOnlyList<SampleStory> Tell()
    {
        _joiner.End();
        if (_cutoff is { } cutoff)
        {
            _joiner.Cut(cutoff, _table);
        }
        else
        {
            _joiner.CutAll(_table);
        }

        return [.. _told.Select(pair => Tell(pair.Key, pair.Value))];
    }

    /// <summary>Identities that are asked for, also those of which no story is told.</summary>
    public int IdentityCount => _told.Count + _others.Count;

    private Told? Find(BehaviourEvent e)
    {
        if (e.UserId.IsEmpty || e.RequestId.IsEmpty || e.ItemId.IsEmpty)
        {
            return null;
        }

        var identity = IdentityKey.Of(e);
        if (_told.TryGetValue(identity, out Told? told) || _others.Contains(identity))
        {
            return told;
        }

        string user = Encoding.UTF8.GetString(e.UserId), request = Encoding.UTF8.GetString(e.RequestId), item = Encoding.UTF8.GetString(e.ItemId);
        if (!_isAskedFor(user, request, item))
        {
            return null;
        }

        if (_told.Count == MostIdentities)
        {
            _ = _others.Add(identity);
            return null;
        }

        told = new Told(user, request, item, []);
        _told.Add(identity, told);
        return told;
    }

    private SampleStory Tell(in IdentityKey identity, Told told)
    {
        StoryEvent[] events = [.. told.Events.Select(heard => new StoryEvent(
            Encoding.UTF8.GetString(heard.Event.Type), Encoding.UTF8.GetString(heard.Event.EventId), heard.Event.At,
            heard.Event.ReceivedAt == BehaviourEvent.NoTime ? null : heard.Event.ReceivedAt, heard.Event.Value, heard.Outcome,
            heard.Outcome is null or JoinOutcome.Duplicate ? null : _joiner.FateOf(heard.Event)))];
        var samples = new List<StorySample>();
        foreach (DateOnly date in _table.Days)
        {
            SampleDay day = _table.Find(date)!;
            for (int i = 0; i < day.Count; i++)
            {
                if (day.Identities[i] == identity)
                {
                    samples.Add(Explain(day, i, events));
                }
            }
        }

        return new SampleStory(told.User, told.Request, told.Item, events, samples);
    }

    private StorySample Explain(SampleDay day, int sample, StoryEvent[] events)
    {
        LabelledSample row = day.Samples[sample];
        var reasons = new LabelReasons(_scene, row.ShownAt, Ends(row.ShownAt), events);
        var labels = new StoryLabel[_scene.Behaviours.Count];
        for (int i = 0; i < labels.Length; i++)
        {
            long at = day.LabelTimes(sample)[i];
            labels[i] = new StoryLabel(_scene.Behaviours[i].Name, at == SampleDay.NoTime ? null : at, reasons.Of(i, row));
        }

        return new StorySample(row.ShownAt, row.Kind, day.AttributedAt(sample), row.Repeats, labels);
    }

    /// <summary>[B] from when on each behaviour no longer counts.</summary>
    private long[] Ends(long shownAt)
    {
        var times = new AttributionTimes(_scene, new SceneDays(_scene.TimeZone), new EventTypes(_scene).Behaviours);
        return _scene.Attribution.Mode == AttributionMode.Window
            ? Array.ConvertAll(times.Windows, window => shownAt + window + 1)
            : [.. _scene.Behaviours.Select(_ => times.HorizonEnd(shownAt))];
    }

    private sealed record Told(string User, string Request, string Item, List<(BehaviourEvent Event, JoinOutcome? Outcome)> Events);
}
