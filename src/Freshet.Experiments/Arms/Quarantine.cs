using Freshet.Samples;
using Freshet.Training;

namespace Freshet.Experiments.Arms;

/// <summary>Windows that a gate refused for their samples: not learnt until they are in band with the labels that came since.</summary>
internal sealed class Quarantine
{
    private readonly List<(Arm Arm, SampleSpan Window)> _windows = [];

    /// <summary>What training leaves out.</summary>
    public IReadOnlyList<SampleSpan> Spans { get; private set; } = [];

    /// <summary>Leaves out a window until its arm's gates release it.</summary>
    public void Add(Arm arm, SampleSpan window)
    {
        // Those of a streaming arm overlap: they are one window, which is judged as a whole.
        int overlapping = _windows.FindLastIndex(entry => entry.Arm == arm && entry.Window.Until > window.After);
        if (overlapping >= 0)
        {
            SampleSpan known = _windows[overlapping].Window;
            window = new SampleSpan(Math.Min(known.After, window.After), Math.Max(known.Until, window.Until));
            _windows.RemoveAt(overlapping);
        }

        _windows.Add((arm, window));
        Update();
    }

    /// <summary>Judges each window again, and forgets those of days that are gone.</summary>
    public void Review(SampleTable table, long cutoff, long remembered)
    {
        int before = _windows.Count;
        _ = _windows.RemoveAll(entry =>
            entry.Window.Until < cutoff - remembered || entry.Arm.Gates.Releases(table, entry.Window, entry.Arm.Live.Current?.Model));
        if (_windows.Count != before)
        {
            Update();
        }
    }

    private void Update() => Spans = [.. _windows.Select(entry => entry.Window)];
}
