namespace Freshet.Datasets.KuaiLive;

/// <summary>Finds the click through which a user came to a room.</summary>
internal sealed class ClickIndex
{
    private readonly List<KuaiLiveShow> _shows;
    private readonly int[] _order;

    /// <param name="shows">Not changed any more.</param>
    public ClickIndex(List<KuaiLiveShow> shows)
    {
        _shows = shows;
        _order = [.. Enumerable.Range(0, shows.Count).Where(i => shows[i].Clicked)];
        Array.Sort(_order, (a, b) => Compare(shows[a], shows[b].User, shows[b].Live, shows[b].ShownAt) is var order and not 0 ? order : a.CompareTo(b));
    }

    /// <summary>Time of the user's latest click on the room at or before <paramref name="at"/>; -1 where there is none.</summary>
    public long LatestClick(int user, int live, long at)
    {
        int low = 0, high = _order.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (Compare(_shows[_order[middle]], user, live, at) <= 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        if (low == 0)
        {
            return -1;
        }

        KuaiLiveShow click = _shows[_order[low - 1]];
        return click.User == user && click.Live == live ? click.ShownAt : -1;
    }

    private static int Compare(in KuaiLiveShow click, int user, int live, long at) =>
        click.User != user ? click.User.CompareTo(user)
        : click.Live != live ? click.Live.CompareTo(live)
        : click.ShownAt.CompareTo(at);
}
