using Freshet.Core.Samples;
using Freshet.Core.Snapshots;
using Freshet.Scenes;

namespace Freshet.Samples;

/// <summary>Labelled samples in memory: feature snapshots, written once, and by scene day the samples that point at them.</summary>
/// <remarks>
/// A changed label rewrites no feature. Rows of <see cref="Features"/> are appended by whoever takes the snapshots and
/// never move. Days may be read by many threads while no cutoff is attributed.
/// </remarks>
public sealed class SampleTable
{
    private readonly SortedList<DateOnly, SampleDay> _days = [];
    private readonly Scene _scene;

    /// <summary>An empty table for <paramref name="scene"/>.</summary>
    /// <param name="scene">Whose snapshots and behaviours the table holds.</param>
    /// <param name="keepImpressions">Whether ids and scores are kept beside the snapshots, as sample files need them.</param>
    public SampleTable(Scene scene, bool keepImpressions = false)
    {
        ArgumentNullException.ThrowIfNull(scene);
        _scene = scene;
        Features = new SnapshotColumns(scene.SnapshotSchema());
        Impressions = keepImpressions ? new ImpressionColumns(scene) : null;
    }

    /// <summary>Feature snapshots; <see cref="LabelledSample.Row"/> points here.</summary>
    public SnapshotColumns Features { get; }

    /// <summary>Ids, model version and scores of each row of <see cref="Features"/>; null where the table does not keep them.</summary>
    public ImpressionColumns? Impressions { get; }

    /// <summary>
    /// [B] mode <c>immediate</c>: share of each label's positives that came after the first row had left, as measured by the cutoff; empty in the others.
    /// </summary>
    public ReadOnlyMemory<double> LateShares { get; internal set; }

    /// <summary>The days that have samples or had them, ascending.</summary>
    public IReadOnlyList<DateOnly> Days => _days.Keys.AsReadOnly();

    /// <summary>The samples of a day, in order; empty for a day without.</summary>
    public ReadOnlySpan<LabelledSample> Day(DateOnly date) => Find(date) is { } day ? day.Samples : [];

    /// <summary>The samples of a day with identities and label times; null for a day without.</summary>
    public SampleDay? Find(DateOnly date) => _days.GetValueOrDefault(date);

    /// <summary>Removes the samples of the days before <paramref name="date"/>; snapshots stay.</summary>
    public void RemoveDaysBefore(DateOnly date)
    {
        while (_days.Count > 0 && _days.GetKeyAtIndex(0) < date)
        {
            _days.RemoveAt(0);
        }
    }

    /// <summary>Forgets what the cutoff before changed.</summary>
    internal void BeginCut()
    {
        foreach (SampleDay day in _days.Values)
        {
            day.BeginCut();
        }
    }

    internal SampleDay Open(DateOnly date)
    {
        if (!_days.TryGetValue(date, out SampleDay? day))
        {
            day = new SampleDay(date, _scene);
            _days.Add(date, day);
        }

        return day;
    }
}
