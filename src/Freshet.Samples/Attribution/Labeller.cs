using Freshet.Samples.Joining;

namespace Freshet.Samples.Attribution;

/// <summary>Labels one identity from the behaviours kept for it.</summary>
internal sealed class Labeller(JoinState state, LabelTree tree, AttributionTimes times)
{
    private int[] _events = new int[16];

    /// <summary>The labels of the last call.</summary>
    public LabelTree Tree => tree;

    /// <summary>Cumulative: behaviours in [shown_at, end of the horizon).</summary>
    public void LabelByHorizon(in Identity identity)
    {
        tree.Begin().Fill(identity.HorizonEnd);
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
            ref KeptEvent e = ref state.Events[_events[count]];
            tree.Add(e.Type, e.At, e.Value);
        }
    }
}
