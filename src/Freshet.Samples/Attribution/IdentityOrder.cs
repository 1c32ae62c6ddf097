using Freshet.Samples.Joining;

namespace Freshet.Samples.Attribution;

/// <summary>The order of samples: (shown_at, event_id of the first impression, key). Orphans have no place in it and stand first.</summary>
internal readonly struct IdentityOrder(JoinState state) : IComparer<int>
{
    public int Compare(int x, int y)
    {
        ref readonly Identity left = ref state.Identities[x], right = ref state.Identities[y];
        int byTime = left.ShownAt.CompareTo(right.ShownAt);
        return byTime != 0 ? byTime : CompareTies(left, right);
    }

    /// <summary>Order of two identities of one shown_at.</summary>
    public int CompareTies(in Identity left, in Identity right)
    {
        if (left.IsOrphan || right.IsOrphan)
        {
            int orphans = right.IsOrphan.CompareTo(left.IsOrphan);
            return orphans != 0 ? orphans : ByKey(left, right);
        }

        int byId = state.FirstIdOf(left).SequenceCompareTo(state.FirstIdOf(right));
        return byId != 0 ? byId : ByKey(left, right);
    }

    private static int ByKey(in Identity left, in Identity right) =>
        left.Key.High != right.Key.High ? left.Key.High.CompareTo(right.Key.High) : left.Key.Low.CompareTo(right.Key.Low);
}
