using Freshet.Samples;
using Freshet.Training;

namespace Freshet.Pipeline.Tracks;

/// <summary>Windows that a gate refused for their samples: not learnt until they are in band with the labels that came since.</summary>
/// <param name="limit">Windows at most, at least 1. Over it the one that ended first leaves, and may be learnt.</param>
/// <param name="onEvicted">Told of each window that leaves at the limit.</param>
internal sealed class Quarantine(int limit, Action onEvicted)
{
    private readonly List<(ModelTrack Track, SampleSpan Window)> _windows = [];

    /// <summary>What training leaves out.</summary>
    public IReadOnlyList<SampleSpan> Spans { get; private set; } = [];

    /// <summary>Windows that have left at the limit since the start of the job.</summary>
    public long Evicted { get; private set; }

    /// <summary>Leaves out a window until its track's gates release it.</summary>
    public void Add(ModelTrack track, SampleSpan window)
    {
        // Those of a streaming arm overlap: they are one window, which is judged as a whole.
        int overlapping = _windows.FindLastIndex(entry => entry.Track == track && entry.Window.Until > window.After);
        if (overlapping >= 0)
        {
            SampleSpan known = _windows[overlapping].Window;
            window = new SampleSpan(Math.Min(known.After, window.After), Math.Max(known.Until, window.Until));
            _windows.RemoveAt(overlapping);
        }

        _windows.Add((track, window));
        while (_windows.Count > limit)
        {
            _ = _windows.Remove(_windows.MinBy(entry => entry.Window.Until));
            Evicted++;
            onEvicted();
        }

        Update();
    }

    /// <summary>Judges each window again, and forgets those of days that are gone.</summary>
    public void Review(SampleTable table, long cutoff, long remembered)
    {
        int before = _windows.Count;
        _ = _windows.RemoveAll(entry =>
            entry.Window.Until < cutoff - remembered || entry.Track.Gates.Releases(table, entry.Window, entry.Track.Live.Current?.Model));
        if (_windows.Count != before)
        {
            Update();
        }
    }

    private void Update() => Spans = [.. _windows.Select(entry => entry.Window)];

    /// <summary>Writes the windows for a checkpoint.</summary>
    public void Save(BinaryWriter writer, ModelTrack[] tracks)
    {
        writer.Write(Evicted);
        writer.Write(_windows.Count);
        foreach ((ModelTrack track, SampleSpan window) in _windows)
        {
            writer.Write(Array.IndexOf(tracks, track));
            SampleSpans.Save(writer, [window]);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Restore(BinaryReader reader, ModelTrack[] tracks)
    {
        Evicted = reader.ReadInt64();
        for (int count = reader.ReadInt32(); count > 0; count--)
        {
            _windows.Add((tracks[reader.ReadInt32()], SampleSpans.Restore(reader)[0]));
        }

        Update();
    }
}
