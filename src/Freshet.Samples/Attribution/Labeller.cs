using Freshet.Samples.Joining;

namespace Freshet.Samples.Attribution;

/// <summary>Gives one identity labels and targets from the behaviours kept for it.</summary>
internal sealed class Labeller(JoinState state, LabelTree tree, TargetValues targets, AttributionTimes times)
{
    private int[] _events = new int[16];

    /// <summary>The labels of the last call.</summary>
    public LabelTree Tree => tree;

    /// <summary>[R] the targets of the last call.</summary>
    public ReadOnlySpan<float> Targets => targets.End();

    /// <summary>[R] the same before all events have come: NaN where none has, also with <c>absent: zero</c>.</summary>
    public ReadOnlySpan<float> TargetsSoFar => targets.End(isFinal: false);

    /// <summary>Cumulative: behaviours in [shown_at, end of the horizon).</summary>
    public void LabelByHorizon(in Identity identity)
    {
        long end = times.HorizonEnd(identity.ShownAt);
        tree.Begin().Fill(end);
        targets.Begin().Fill(end);
        Add(identity.Behaviours, identity.ShownAt);
    }

    /// <summary>Window: behaviours in [shown_at, shown_at + the behaviour's window].</summary>
    public void LabelByWindow(in Identity identity, long shownAt)
    {
        Span<long> ends = tree.Begin();
        for (int i = 0; i < ends.Length; i++)
        {
            ends[i] = shownAt + times.Windows[i] + 1;
        }

        Span<long> targetEnds = targets.Begin();
        for (int i = 0; i < targetEnds.Length; i++)
        {
            targetEnds[i] = shownAt + times.TypeWindows[targets.Types[i]] + 1;
        }

        Add(identity.Behaviours, shownAt);
    }

    private void Add(int newest, long shownAt)
    {
        int count = 0;
        for (int kept = newest; kept >= 0 && state.Events[kept].At >= shownAt; kept = state.Events[kept].Next)
        {
            if (count == _events.Length)
            {
                Array.Resize(ref _events, count * 2);
            }

            _events[count++] = kept;
        }

        while (--count >= 0)
        {
            ref readonly KeptEvent e = ref state.Events[_events[count]];
            tree.Add(e.Type, e.At, e.Value);
            targets.Add(e.Type, e.At, e.Value);
        }
    }
}
