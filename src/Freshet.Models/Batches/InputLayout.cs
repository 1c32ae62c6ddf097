using Freshet.Kernels;
using Freshet.Scenes;

namespace Freshet.Models.Batches;

/// <summary>
/// Where everything of h_0 lies: columns that belong to the user come first and form a matrix of their own, one row for all the impressions of a
/// request; then those of the item.
/// </summary>
/// <remarks>
/// A layer sums along the user's columns, then along the item's. So training, which may see one impression of a request, and ranking, which
/// multiplies the user's part once for all candidates, sum in one order and give the same bits. Which columns are the user's is read from the
/// scene; that rows of a batch share them is read from the rows (<see cref="RequestGroups"/>), so a log that brings its own snapshot is safe.
/// </remarks>
internal sealed class InputLayout
{
    private readonly List<(bool IsUser, int Column, int Length)> _parts = [];

    public InputLayout(Scene scene, int dim, bool hasNetwork, HistoryKind history, bool factorsJoin)
    {
        bool[] isUser = UserSlots(scene);
        Slots = [.. isUser.Select(user => Place(user, dim))];
        FrozenSlots = [.. Enumerable.Range(0, isUser.Length).Where(slot => scene.Slots[slot].Freeze == Freeze.RowsAndInputs)];
        if (!hasNetwork)
        {
            return;
        }

        Dense = [.. scene.Dense.Select(feature => Place(IsUserSide(feature.Source, scene), 1))];
        if (history == HistoryKind.Dmr)
        {
            UserVector = Place(isUser: true, dim).Column;
            Match = Place(isUser: false, 1).Column;
            Interest = Place(isUser: false, dim).Column;
            InterestSum = Place(isUser: false, 1).Column;
        }
        else if (history == HistoryKind.Din)
        {
            Interest = Place(isUser: false, dim).Column;
        }

        if (factorsJoin)
        {
            Factors = Place(isUser: false, dim).Column;
        }
    }

    /// <summary>Side and column of every slot's vector.</summary>
    public InputPlace[] Slots { get; }

    /// <summary>Slots whose columns increments do not learn to read.</summary>
    public IReadOnlyList<int> FrozenSlots { get; }

    /// <summary>Side and column of every dense feature.</summary>
    public InputPlace[] Dense { get; } = [];

    /// <summary>Column of u on the user's side; -1 without.</summary>
    public int UserVector { get; } = -1;

    /// <summary>Column of r on the item's side; -1 without.</summary>
    public int Match { get; } = -1;

    /// <summary>Column of û (or of DIN's interest) on the item's side; -1 without.</summary>
    public int Interest { get; } = -1;

    /// <summary>Column of r̂ on the item's side; -1 without.</summary>
    public int InterestSum { get; } = -1;

    /// <summary>Column of f on the item's side, where it joins h_0; -1 without.</summary>
    public int Factors { get; } = -1;

    /// <summary>Whether anything is computed for the user alone.</summary>
    public bool HasUserSide => UserColumns > 0 || Interest >= 0;

    /// <summary>Columns of the user's side.</summary>
    public int UserColumns { get; private set; }

    /// <summary>Columns of the item's side.</summary>
    public int ItemColumns { get; private set; }

    /// <summary>Row of a layer's matrix at which the item's columns begin.</summary>
    public int ItemTop => PanelMatrix.RoundUp(UserColumns, PanelMatrix.RowStep);

    /// <summary>Length of h_0, <c>[v_1 … v_S, dense, u, r, û, r̂, f]</c> as docs/models.md orders it.</summary>
    public int Inputs => UserColumns + ItemColumns;

    /// <summary>[Inputs] row of a layer's matrix that reads each element of h_0, in the order of docs/models.md.</summary>
    public int[] MatrixRowOf()
    {
        var rows = new List<int>();
        foreach ((bool isUser, int column, int length) in _parts)
        {
            for (int i = 0; i < length; i++)
            {
                rows.Add((isUser ? 0 : ItemTop) + column + i);
            }
        }

        return [.. rows];
    }

    /// <summary>Which slots have one value for all candidates of a request.</summary>
    public static bool[] UserSlots(Scene scene)
    {
        bool[] isUser = new bool[scene.Slots.Count];
        for (int slot = 0; slot < isUser.Length; slot++)
        {
            Slot at = scene.Slots[slot];
            isUser[slot] = at.Source is not null ? IsUserSide(at.Source)
                : at.Bucket is not null ? IsUserSide(at.Bucket.Source, scene)
                : at.Cross.Count > 0 && at.Cross.All(other => isUser[other]);
        }

        return isUser;
    }

    private static bool IsUserSide(Selector source) => source.Kind
        is SelectorKind.User or SelectorKind.UserField or SelectorKind.SignalField or SelectorKind.Surface
        or SelectorKind.Hour or SelectorKind.Weekday;

    private static bool IsUserSide(NumericSource source, Scene scene) => source.Kind switch
    {
        NumericKind.Field => source.Field is not null && IsUserSide(source.Field),
        NumericKind.DayFraction => true,
        NumericKind.Count or NumericKind.Rate => scene.Counters[source.Counter].Key.All(IsUserSide),
        _ => false,
    };

    private InputPlace Place(bool isUser, int length)
    {
        int column = isUser ? UserColumns : ItemColumns;
        if (isUser)
        {
            UserColumns += length;
        }
        else
        {
            ItemColumns += length;
        }

        _parts.Add((isUser, column, length));
        return new InputPlace(isUser, column);
    }
}
