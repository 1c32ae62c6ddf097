using Freshet.Core.Time;
using Freshet.Samples.Attribution;

namespace Freshet.Samples.Joining;

/// <summary>Behaviors that came before their impression: pending until the watermark is later than their time plus <c>orphan_wait</c>.</summary>
/// <remarks>One that was given up still joins when the impression comes after all, as long as its identity is kept.</remarks>
internal sealed class WaitingOrphans(JoinState state, DayFiles files, SceneDays days, AttributionTimes times, Fates fates)
{
    private readonly PriorityQueue<Orphan, long> _waiting = new();

    /// <summary>Takes a kept behavior whose identity has no impression.</summary>
    /// <returns>Whether it waits; false where its time to wait is over already.</returns>
    public bool Add(int index, int kept, long watermark)
    {
        ref Identity identity = ref state.Identities.Change(index);
        ref KeptEvent e = ref state.Events.Change(kept);
        identity.ExpiresAt = Math.Max(identity.ExpiresAt, times.HorizonEnd(e.At) + times.Retain);
        if (identity.Day == int.MinValue)
        {
            files.File(index, days.DayOf(e.At));
        }

        bool waits = watermark <= e.At + times.OrphanWait;
        fates.Orphan(ref e, waits);
        if (waits)
        {
            AddAgain(kept);
        }

        return waits;
    }

    /// <summary>Lets a behavior wait that is pending in the state, as after a restart.</summary>
    public void AddAgain(int kept)
    {
        ref readonly KeptEvent e = ref state.Events[kept];
        _waiting.Enqueue(new Orphan(kept, e.Generation), e.At);
    }

    /// <summary>Gives up those whose wait is over at <paramref name="watermark"/>.</summary>
    public void GiveUp(long watermark)
    {
        while (_waiting.TryPeek(out Orphan orphan, out long at) && at + times.OrphanWait < watermark)
        {
            _ = _waiting.Dequeue();
            fates.GiveUp(orphan);
        }
    }
}
