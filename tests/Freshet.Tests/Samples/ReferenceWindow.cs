using Freshet.Scenes;

namespace Freshet.Tests.Samples;

/// <summary>The negative cache written from the design page alone: every entry is kept, every arrival looks at all of them.</summary>
internal sealed class ReferenceWindow(Scene scene, bool saysArrival = true)
{
    private readonly ReferenceJoin _join = new(scene, saysArrival);
    private readonly List<Entry> _entries = [];

    /// <summary>What does not depend on the mode.</summary>
    public ReferenceJoin Join => _join;

    public List<Samples.Join.Row> Left { get; } = [];

    public int AfterLeaving { get; private set; }

    public void Add(Line line, int partition = 0)
    {
        int kept = _join.Kept.Count;
        Line? former = ReferenceJoin.IsImpression(line) && _join.HasIdentity(line) ? _join.First(line) : null;
        Leave(_join.WatermarkWith(line, partition));
        _join.Add(line, partition);
        if (_join.Kept.Count == kept)
        {
            return;
        }

        if (!ReferenceJoin.IsImpression(line))
        {
            bool reached = _entries.Exists(entry => entry.IsOpen && Covers(entry, line));
            AfterLeaving += !reached && _entries.Exists(entry => Covers(entry, line)) && line.At >= _join.First(line).At ? 1 : 0;
            return;
        }

        Entry? open = _entries.Find(entry => entry.IsOpen && entry.Shown.Identity == line.Identity);
        if (open is null)
        {
            _entries.Add(new Entry { Shown = line, IsOpen = true });
        }
        else if (former is not null && open.Shown.At == former.At && _join.First(line) == line)
        {
            open.Shown = line;
        }
    }

    /// <summary>The end of the input.</summary>
    public void Leave()
    {
        _join.End();
        Leave(_join.Watermark);
    }

    private void Leave(long watermark)
    {
        long longest = scene.Behaviours.Max(behaviour => ReferenceJoin.Ms(behaviour.Window));
        foreach (Entry entry in _entries.Where(entry => entry.IsOpen && entry.Shown.At + longest < watermark))
        {
            entry.IsOpen = false;
            Left.Add(_join.Sample(
                _join.First(entry.Shown), entry.Shown, _join.Repeats(entry.Shown), b => entry.Shown.At + ReferenceJoin.Ms(b.Window) + 1,
                r => entry.Shown.At + TypeWindow(r.EventType) + 1));
        }
    }

    public (int Joined, int Before, int Late) Fates()
    {
        List<Line> known = [.. _join.Behaviours().Where(_join.HasIdentity)];
        int before = known.Count(line => line.At < _join.First(line).At);
        int within = known.Count(line => line.At >= _join.First(line).At && _entries.Exists(entry => Covers(entry, line)));
        return (before + within, before, known.Count - before - within);
    }

    private bool Covers(Entry entry, Line line) =>
        entry.Shown.Identity == line.Identity && line.At >= entry.Shown.At
        && line.At <= entry.Shown.At + TypeWindow(line.Type);

    /// <summary>The longest window of the behaviours of a type, or of all where there is none.</summary>
    private long TypeWindow(string type)
    {
        var own = scene.Behaviours.Where(b => b.EventType == type).ToList();
        return (own.Count > 0 ? own : scene.Behaviours).Max(b => ReferenceJoin.Ms(b.Window));
    }

    private sealed class Entry
    {
        public required Line Shown { get; set; }

        public bool IsOpen { get; set; }
    }
}
