using System.Runtime.InteropServices;
using Freshet.Core;
using Freshet.Core.Samples;
using Freshet.Samples.Joining;

namespace Freshet.Samples.Attribution;

/// <summary>
/// Brings the samples of one day to a cutoff: from all identities of the day, or, where it made the samples that are there, from
/// those that changed. Both give the same samples to the last bit.
/// </summary>
internal sealed class DayAttribution(JoinState state, DayFile file, Labeller labeller)
{
    private readonly IdentityOrder _order = new(state);
    private readonly List<int> _positions = [];
    private readonly List<(int Place, bool IsKnown)> _places = [];

    // [Count] the identity of each sample of the day, as of the cutoff before.
    private int[] _placed = [];
    private SampleDay? _day;
    private long _version;
    private long _newest;

    /// <summary>Attributes the identities shown at <paramref name="newest"/> or before.</summary>
    /// <param name="newest">ms since the epoch; younger ones are held back.</param>
    /// <param name="attributedAt">ms since the epoch.</param>
    /// <param name="day">The samples of the day.</param>
    /// <param name="inFull">Whether all identities are looked at even where it is known which changed.</param>
    public void Cut(long newest, long attributedAt, SampleDay day, bool inFull)
    {
        if (inFull || _day != day || _version != day.Version || newest < _newest)
        {
            CutInFull(newest, day);
        }
        else
        {
            RemoveGone(day);
            CutChanged(newest, day);
        }

        day.SetAttributedAt(attributedAt);
        (_day, _version, _newest) = (day, day.Version, newest);
    }

    private void CutInFull(long newest, SampleDay day)
    {
        day.Clear();
        foreach (int index in file.Changed)
        {
            // One that was filed elsewhere since is on the list there too.
            if (state.Identities[index].Day == file.Day)
            {
                state.Identities.Change(index).Set(IdentityFlags.Changed, false);
            }
        }

        file.KeepChanged(0);
        file.Sort(state);
        foreach (int index in file.Identities)
        {
            ref readonly Identity identity = ref state.Identities[index];
            if (identity.IsOrphan)
            {
                continue;
            }

            if (identity.ShownAt > newest)
            {
                state.Identities.Change(index).Set(IdentityFlags.Changed, true);
                file.AddChanged(index);
                continue;
            }

            LabelledSample sample = Label(identity);
            GrowingArray.Reserve(ref _placed, day.Count + 1);
            _placed[day.Count] = index;
            LabelTree tree = labeller.Tree;
            day.Add(sample, identity.Key, tree.Times, tree.Values, labeller.Targets);
        }
    }

    /// <summary>Removes the samples of identities that stand elsewhere now.</summary>
    private void RemoveGone(SampleDay day)
    {
        _positions.Clear();
        foreach (GoneSample gone in file.Gone)
        {
            if (FindSample(day, gone) is >= 0 and int place)
            {
                _positions.Add(place);
            }
        }

        _positions.Sort();
        RemoveDoubles(_positions);
        Span<int> positions = CollectionsMarshal.AsSpan(_positions);
        ColumnGaps.Close(_placed, day.Count, 1, positions);
        day.RemoveAt(positions);
    }

    private void CutChanged(long newest, SampleDay day)
    {
        Span<int> changed = TakeChanged(newest);
        _positions.Clear();
        _places.Clear();
        foreach (int index in changed)
        {
            bool isKnown = TryFind(day, index, out int place);
            _places.Add((place, isKnown));
            if (!isKnown)
            {
                _positions.Add(place);
            }
        }

        OpenGaps(day);
        int inserted = 0;
        for (int i = 0; i < changed.Length; i++)
        {
            (int place, bool isKnown) = _places[i];
            place += inserted; // what was inserted before it moved it
            ref readonly Identity identity = ref state.Identities[changed[i]];
            LabelledSample sample = Label(identity);
            LabelTree tree = labeller.Tree;
            if (!isKnown)
            {
                _placed[place] = changed[i];
                inserted++;
            }

            if (!isKnown || !day.Equals(place, sample, tree.Times, tree.Values, labeller.Targets))
            {
                day.Set(place, sample, identity.Key, tree.Times, tree.Values, labeller.Targets);
            }
        }
    }

    /// <summary>Takes what may be attributed off the list of changes, in order, each identity once.</summary>
    private Span<int> TakeChanged(long newest)
    {
        Span<int> changed = file.Changed;
        var taken = new List<int>(changed.Length);
        int kept = 0;
        foreach (int index in changed)
        {
            ref readonly Identity identity = ref state.Identities[index];
            if (!identity.IsAlive || identity.Day != file.Day || identity.IsOrphan)
            {
                continue; // filed elsewhere since, where it is on the list too
            }

            if (identity.ShownAt > newest)
            {
                changed[kept++] = index;
                continue;
            }

            state.Identities.Change(index).Set(IdentityFlags.Changed, false);
            taken.Add(index);
        }

        file.KeepChanged(kept);
        taken.Sort(_order);
        RemoveDoubles(taken);
        return CollectionsMarshal.AsSpan(taken);
    }

    private void OpenGaps(SampleDay day)
    {
        Span<int> positions = CollectionsMarshal.AsSpan(_positions);
        GrowingArray.Reserve(ref _placed, day.Count + positions.Length);
        ColumnGaps.Open(_placed, day.Count, 1, positions);
        day.OpenGaps(positions);
    }

    /// <summary>Finds the place of an identity among the samples, or where it belongs.</summary>
    private bool TryFind(SampleDay day, int index, out int place)
    {
        int low = 0, high = day.Count - 1;
        long shownAt = state.Identities[index].ShownAt;
        ReadOnlySpan<LabelledSample> samples = day.Samples;
        while (low <= high)
        {
            int middle = low + ((high - low) >> 1);
            int order = samples[middle].ShownAt.CompareTo(shownAt);
            order = order != 0 ? order : _placed[middle] == index ? 0 : _order.Compare(_placed[middle], index);
            if (order == 0)
            {
                place = middle;
                return true;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        place = low;
        return false;
    }

    private static int FindSample(SampleDay day, in GoneSample gone)
    {
        int low = 0, high = day.Count;
        while (low < high)
        {
            int middle = low + ((high - low) >> 1);
            (low, high) = day.Samples[middle].ShownAt < gone.ShownAt ? (middle + 1, high) : (low, middle);
        }

        for (; low < day.Count && day.Samples[low].ShownAt == gone.ShownAt; low++)
        {
            if (day.Identities[low] == gone.Key)
            {
                return low;
            }
        }

        return -1;
    }

    private LabelledSample Label(in Identity identity)
    {
        labeller.LabelByHorizon(identity);
        return new LabelledSample(
            identity.ShownAt, state.RowOf(identity), identity.Repeats, labeller.Tree.Labels, identity.Key.Low);
    }

    private static void RemoveDoubles(List<int> sorted) =>
        CollectionsMarshal.SetCount(sorted, DayFile.RemoveDoubles(CollectionsMarshal.AsSpan(sorted)));
}
