using Freshet.Samples.Joining;

namespace Freshet.Samples.Attribution;

/// <summary>Every identity of the state, filed under a scene day: its impression's, or for an orphan its behaviour's.</summary>
internal sealed class DayFiles(JoinState state)
{
    private readonly List<DayFile> _files = [];

    /// <summary>The days, ascending.</summary>
    public IReadOnlyList<DayFile> Files => _files;

    /// <summary>Files an identity under <paramref name="day"/>; where it was filed before, it no longer counts.</summary>
    public void File(int index, int day)
    {
        ref Identity identity = ref state.Identities[index];
        if (identity.Day == day)
        {
            return;
        }

        identity.Day = day;
        Open(day).Add(index);
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

            i = 0; // filing may have opened a day before this one
        }
    }

    private DayFile Open(int day)
    {
        int place = _files.Count;
        while (place > 0 && _files[place - 1].Day >= day)
        {
            place--;
        }

        if (place == _files.Count || _files[place].Day != day)
        {
            _files.Insert(place, new DayFile(day));
        }

        return _files[place];
    }
}
