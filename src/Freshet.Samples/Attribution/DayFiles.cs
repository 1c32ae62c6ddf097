using Freshet.Samples.Joining;

namespace Freshet.Samples.Attribution;

/// <summary>Every identity of the state, filed under a scene day: its impression's, or for an orphan its behaviour's.</summary>
internal sealed class DayFiles(JoinState state)
{
    private readonly List<DayFile> _files = [];
    private readonly Stack<DayFile> _spare = new();

    /// <summary>The days, ascending.</summary>
    public IReadOnlyList<DayFile> Files => _files;

    /// <summary>Whether identities are filed under <paramref name="day"/>.</summary>
    public bool Has(int day)
    {
        foreach (DayFile file in _files)
        {
            if (file.Day == day)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Files an identity under <paramref name="day"/>; where it was filed before, it no longer counts.</summary>
    public void File(int index, int day)
    {
        if (state.Identities[index].Day == day)
        {
            return;
        }

        state.Identities.Change(index).Day = day;
        Open(day).Add(index);
    }

    /// <summary>Notes that the sample of an identity may have changed.</summary>
    public void MarkChanged(int index)
    {
        if (!state.Identities[index].Has(IdentityFlags.Changed))
        {
            AddChanged(index);
        }
    }

    /// <summary>Notes that an identity got its first impression; it may be on the list of another day.</summary>
    public void MarkNew(int index) => AddChanged(index);

    /// <summary>Notes that an identity has left the place that its sample has, for a new one on the day it is filed under.</summary>
    /// <param name="index">The identity, with its new time.</param>
    /// <param name="day">The day under which it was filed before.</param>
    /// <param name="former">Where it was.</param>
    public void MarkMoved(int index, int day, in GoneSample former)
    {
        Open(day).AddGone(former);
        AddChanged(index);
    }

    /// <summary>
    /// Files all identities of a restored state; every day is then to be attributed in full. Days that all have left are opened apart.
    /// </summary>
    public void Restore()
    {
        for (int index = 0; index < state.Identities.Count; index++)
        {
            ref readonly Identity identity = ref state.Identities[index];
            if (identity.IsAlive)
            {
                Open(identity.Day).Add(index);
                if (identity.Has(IdentityFlags.Changed))
                {
                    state.Identities.Change(index).Set(IdentityFlags.Changed, false);
                }
            }
        }
    }

    /// <summary>Removes the identities of the days that are over at <paramref name="watermark"/>; what is still needed is filed anew.</summary>
    public void RemoveExpired(AttributionTimes times, long watermark)
    {
        for (int i = 0; i < _files.Count;)
        {
            DayFile file = _files[i];
            if (times.LastHorizonEnd(file.Day) + times.Retain >= watermark)
            {
                i++;
                continue;
            }

            _files.RemoveAt(i);
            file.Sort(state);
            foreach (int index in file.Identities)
            {
                if (state.Identities[index].ExpiresAt < watermark)
                {
                    state.Remove(index);
                }
                else
                {
                    File(index, times.LastDay(state.Identities[index].ExpiresAt));
                }
            }

            _spare.Push(file);
            i = 0; // filing may have opened a day before this one
        }
    }

    /// <summary>The file of <paramref name="day"/>; an empty one where there was none.</summary>
    public DayFile Open(int day)
    {
        int place = _files.Count;
        while (place > 0 && _files[place - 1].Day >= day)
        {
            place--;
        }

        if (place == _files.Count || _files[place].Day != day)
        {
            if (!_spare.TryPop(out DayFile? file))
            {
                file = new DayFile();
            }

            file.Begin(day);
            _files.Insert(place, file);
        }

        return _files[place];
    }

    private void AddChanged(int index)
    {
        ref Identity identity = ref state.Identities.Change(index);
        identity.Set(IdentityFlags.Changed, true);
        Open(identity.Day).AddChanged(index);
    }
}
