using Freshet.Core.Checkpoints;
using Freshet.Core.Samples;
using Freshet.Core.Snapshots;
using Freshet.Samples.Attribution;
using Freshet.Samples.Files;
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
    private readonly Dictionary<DateOnly, int> _frozen = [];
    private readonly Scene _scene;
    private Action<DateOnly>? _taker;

    /// <summary>An empty table for <paramref name="scene"/>.</summary>
    /// <param name="scene">Whose snapshots and behaviours the table holds.</param>
    /// <param name="keepImpressions">Whether ids and scores are kept beside the snapshots, as sample files need them.</param>
    public SampleTable(Scene scene, bool keepImpressions = false)
    {
        ArgumentNullException.ThrowIfNull(scene);
        _scene = scene;
        Features = new SnapshotColumns(scene.SnapshotSchema());
        Impressions = keepImpressions ? new ImpressionColumns(scene) : null;
        Rows = Impressions is null ? null : new MemoryRows(Features, Impressions);
    }

    /// <summary>An empty table whose feature vectors lie in files: <see cref="Features"/> stays empty.</summary>
    /// <param name="scene">Whose behaviours the table holds.</param>
    /// <param name="vectors">Gets the vectors, and the impressions with them.</param>
    public SampleTable(Scene scene, VectorFile vectors)
        : this(scene)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        Rows = vectors;
    }

    /// <summary>Feature snapshots; <see cref="LabelledSample.Row"/> points here.</summary>
    public SnapshotColumns Features { get; }

    /// <summary>Ids, model version and scores of each row of <see cref="Features"/>; null where the table does not keep them.</summary>
    public ImpressionColumns? Impressions { get; }

    /// <summary>The rows as sample files need them; null where the table keeps no impressions.</summary>
    internal ISampleRows? Rows { get; }

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
    /// <returns>How many days were removed.</returns>
    public int RemoveDaysBefore(DateOnly date)
    {
        int removed = 0;
        for (; _days.Count > 0 && _days.GetKeyAtIndex(0) < date; removed++)
        {
            Remove(_days.GetKeyAtIndex(0));
        }

        return removed;
    }

    /// <summary>From now on each day that has been attributed goes to <paramref name="taker"/>, and then leaves the table.</summary>
    /// <param name="taker">Takes a day that the table holds; null: days stay.</param>
    public void HandOut(Action<DateOnly>? taker) => _taker = taker;

    /// <summary>Says that a day has been attributed.</summary>
    /// <returns>Whether it has left the table.</returns>
    internal bool TryHandOut(DateOnly date)
    {
        _taker?.Invoke(date);
        return _taker is not null && _days.Remove(date);
    }

    /// <summary>
    /// Begins a checkpoint of a table whose samples are appended and stay as they are, which is so in modes <c>window</c> and <c>immediate</c>: of the
    /// samples since the last freeze, or of all.
    /// </summary>
    /// <returns>Writes them; for another thread, once.</returns>
    public Action<CheckpointWriter> Freeze(bool everything)
    {
        var days = new List<(SampleDay Day, int From)>();
        foreach (SampleDay day in _days.Values)
        {
            int from = everything ? 0 : _frozen.GetValueOrDefault(day.Date);
            _frozen[day.Date] = day.Count;
            if (day.Count > from)
            {
                days.Add((day.Share(), from));
            }
        }

        return writer =>
        {
            writer.Write(days.Count);
            foreach ((SampleDay day, int from) in days)
            {
                using var bytes = new MemoryStream();
                using var samples = new BinaryWriter(bytes);
                for (int place = from; place < day.Count; place++)
                {
                    SampleBytes.Write(samples, day, place);
                }

                samples.Flush();
                writer.Write(day.Date.DayNumber);
                writer.WriteBlob(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
            }
        };
    }

    /// <summary>Appends what one <see cref="Freeze"/> wrote; the first into an empty table.</summary>
    public void Restore(CheckpointReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        for (int left = reader.ReadInt32(); left > 0; left--)
        {
            var date = DateOnly.FromDayNumber(reader.ReadInt32());
            using var samples = new BinaryReader(new MemoryStream(reader.ReadBlob()));
            SampleDay day = Open(date);
            while (samples.BaseStream.Position < samples.BaseStream.Length)
            {
                SampleBytes.Read(samples, day);
            }

            _frozen[date] = day.Count;
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

    /// <summary>Removes the samples of a day; snapshots stay.</summary>
    internal void Remove(DateOnly date)
    {
        _ = _frozen.Remove(date);
        _ = _days.Remove(date);
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
