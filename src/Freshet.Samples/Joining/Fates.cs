using Freshet.Samples.Attribution;

namespace Freshet.Samples.Joining;

/// <summary>Decides what becomes of a kept behaviour, by event time alone, and keeps the counters true when that changes.</summary>
internal sealed class Fates(JoinState state, JoinCounters counters, IAttribution attribution)
{
    /// <summary>Gives a behaviour of a known identity its first fate.</summary>
    public void Decide(in Identity identity, ref KeptEvent e)
    {
        e.Fate = FateOf(identity, e, out bool before);
        e.BeforeImpression = before;
        counters.Add(e.Type, e.Fate, 1);
        counters.BeforeImpression += before ? 1 : 0;
    }

    /// <summary>Gives a behaviour without impression its fate: pending or unmatched.</summary>
    public void Orphan(ref KeptEvent e, bool pending)
    {
        e.Fate = pending ? BehaviourFate.Pending : BehaviourFate.Unmatched;
        counters.Add(e.Type, e.Fate, 1);
    }

    /// <summary>The wait of an orphan is over.</summary>
    public void GiveUp(in Orphan orphan)
    {
        ref readonly KeptEvent e = ref state.Events[orphan.Event];
        if (e.Generation == orphan.Generation && e.Fate == BehaviourFate.Pending)
        {
            Revise(ref state.Events.Change(orphan.Event), BehaviourFate.Unmatched, false);
        }
    }

    /// <summary>Decides anew for all behaviours of an identity whose impressions changed.</summary>
    public void DecideAgain(in Identity identity)
    {
        for (int kept = identity.Behaviours; kept >= 0; kept = state.Events[kept].Next)
        {
            ref KeptEvent e = ref state.Events.Change(kept);
            BehaviourFate fate = FateOf(identity, e, out bool before);
            Revise(ref e, fate, before);
        }
    }

    private void Revise(ref KeptEvent e, BehaviourFate fate, bool before)
    {
        counters.Add(e.Type, e.Fate, -1);
        counters.Add(e.Type, fate, 1);
        counters.BeforeImpression += (before ? 1 : 0) - (e.BeforeImpression ? 1 : 0);
        e.Fate = fate;
        e.BeforeImpression = before;
    }

    private BehaviourFate FateOf(in Identity identity, in KeptEvent e, out bool before)
    {
        before = e.At < identity.ShownAt;
        return before || attribution.IsInTime(identity, e) ? BehaviourFate.Joined : BehaviourFate.Late;
    }
}
