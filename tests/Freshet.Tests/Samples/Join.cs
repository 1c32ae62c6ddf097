using Freshet.Core.Events;
using Freshet.Core.Samples;
using Freshet.Samples;
using Freshet.Scenes;

namespace Freshet.Tests.Samples;

/// <summary>
/// A joiner with its table, fed line by line; snapshots are numbered by impression. A line that does not say when it arrived did so
/// at the latest time of its partition so far, unless the log is one that never says it.
/// </summary>
internal sealed class Join
{
    private readonly BehaviourEvent _event = new();
    private readonly Dictionary<IdentityKey, Line> _identities = [];
    private readonly List<Line> _rows = [];

    private readonly Dictionary<int, long> _latest = [];
    private readonly Scene _scene;
    private readonly bool _saysArrival;

    public Join(Scene scene, bool saysArrival = true, bool attributesInFull = false)
    {
        _scene = scene;
        _saysArrival = saysArrival;
        Joiner = new Joiner(scene, attributesInFull);
        Table = new SampleTable(scene);
    }

    public Joiner Joiner { get; }

    public SampleTable Table { get; }

    public JoinCounters Counters => Joiner.Counters;

    public JoinOutcome Add(Line line, int partition = 0)
    {
        line.CopyTo(_event);
        if (_saysArrival && line.ReceivedAt is null)
        {
            _event.ReceivedAt = Math.Max(_latest.GetValueOrDefault(partition, line.At), line.At);
            if (ReferenceJoin.IsKnownType(_scene, line))
            {
                _latest[partition] = _event.ReceivedAt; // others do not move the clock, so the last time is the same in any order
            }
        }

        int row = -1;
        if (Joiner.WantsSnapshot(_event))
        {
            row = _rows.Count;
            _rows.Add(line);
            _identities[IdentityKey.Of(_event)] = line;
        }

        return Joiner.Add(_event, row, partition);
    }

    public Join AddAll(IEnumerable<Line> lines)
    {
        foreach (Line line in lines)
        {
            Add(line);
        }

        return this;
    }

    public void Cut(long cutoff) => Joiner.Cut(cutoff, Table);

    public List<Row> All()
    {
        Joiner.CutAll(Table);
        return Rows();
    }

    /// <summary>All samples of the table, in order of day and place.</summary>
    public List<Row> Rows()
    {
        var rows = new List<Row>();
        foreach (DateOnly date in Table.Days)
        {
            SampleDay day = Table.Find(date)!;
            for (int i = 0; i < day.Count; i++)
            {
                LabelledSample sample = day.Samples[i];
                rows.Add(new Row(
                    _identities[day.Identities[i]].Identity, _rows[sample.Row].Id, sample.ShownAt, sample.Repeats, sample.Labels,
                    string.Join(',', day.LabelTimes(i).ToArray()), string.Join(',', day.LabelValues(i).ToArray()),
                    string.Join(',', day.Targets(i).ToArray())));
            }
        }

        return rows;
    }

    /// <summary>A sample by its meaning. Snapshot is the event_id of the impression whose features it has.</summary>
    internal sealed record Row(
        (string User, string Request, string Item) Identity, string Snapshot, long ShownAt, int Repeats, uint Labels, string Times, string Values,
        string Targets);
}
