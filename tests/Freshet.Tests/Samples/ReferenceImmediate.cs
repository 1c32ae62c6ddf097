using Freshet.Core.Events;
using Freshet.Core.Samples;
using Freshet.Core.Time;
using Freshet.Scenes;

namespace Freshet.Tests.Samples;

/// <summary>Mode <c>immediate</c> written from the design page alone: after every line all identities are labelled anew.</summary>
internal sealed class ReferenceImmediate(Scene scene, bool saysArrival = true)
{
    private readonly ReferenceJoin _join = new(scene, saysArrival);
    private readonly Dictionary<IdentityKey, uint> _known = [];
    private readonly HashSet<IdentityKey> _left = [];

    private long _now = SceneDays.MinAt;
    private bool _mayGoBack = true;

    /// <summary>What does not depend on the mode.</summary>
    public ReferenceJoin Join => _join;

    public List<Emission> Rows { get; } = [];

    /// <summary>Every label that became 1, with how long a sample had to wait for it.</summary>
    public List<(int Label, long Delay)> Delays { get; } = [];

    private long Lateness => ReferenceJoin.Ms(scene.Attribution.Lateness);

    public void Add(Line line, int partition = 0)
    {
        if (_join.IsKnownType(line))
        {
            (long now, bool hasBegun) = _join.NowWith(line, partition);
            _now = _mayGoBack ? now : Math.Max(_now, now);
            _mayGoBack &= !hasBegun;
            Leave(_join.WatermarkWith(line, partition));
        }

        _join.Add(line, partition);
        foreach (Line first in _join.Identities())
        {
            IdentityKey key = IdentityKey.Of(first.ToEvent());
            if (scene.Attribution.EmitAfter == TimeSpan.Zero && _left.Add(key))
            {
                Rows.Add(new Emission(key, EmissionKind.Observed, 0, uint.MaxValue, first.At, _join.Repeats(first), Elapsed(first), _now));
            }

            Notice(first, key);
        }
    }

    /// <summary>The end of the input.</summary>
    public void End()
    {
        _join.End();
        Leave(_join.Watermark);
    }

    /// <summary>A cutoff moves the time of the stage.</summary>
    public void Cut(long cutoff) => (_now, _mayGoBack) = (Math.Max(_now, cutoff), false);

    private void Notice(Line first, IdentityKey key)
    {
        Samples.Join.Row row = Label(first);
        long[] times = [.. row.Times.Split(',').Select(long.Parse)];
        uint known = _known.GetValueOrDefault(key), news = row.Labels & ~known;
        _known[key] = known | news;
        for (int i = 0; i < times.Length; i++)
        {
            if ((news >> i & 1) != 0)
            {
                Delays.Add((i, Math.Max(times[i] - first.At, Elapsed(first))));
            }
        }

        if (news != 0 && _left.Contains(key))
        {
            long latest = times.Where((_, i) => (news >> i & 1) != 0).Max();
            Rows.Add(new Emission(
                key, EmissionKind.Positive, known | news, news, first.At, row.Repeats, Math.Max(latest - first.At, Elapsed(first)), _now));
        }
    }

    private void Leave(long watermark)
    {
        long wait = ReferenceJoin.Ms(scene.Attribution.EmitAfter);
        foreach (Line first in _join.Identities().OrderBy(first => first.At))
        {
            IdentityKey key = IdentityKey.Of(first.ToEvent());
            if (first.At + wait < watermark && _left.Add(key))
            {
                Rows.Add(new Emission(
                    key, EmissionKind.Observed, _known.GetValueOrDefault(key), uint.MaxValue, first.At, _join.Repeats(first), Elapsed(first), _now));
            }
        }
    }

    private Samples.Join.Row Label(Line first) =>
        _join.Sample(first, first, _join.Repeats(first), _ => _join.HorizonEnd(first.At), _ => _join.HorizonEnd(first.At));

    private long Elapsed(Line first) => Math.Max(0, _now - Lateness - first.At);
}
