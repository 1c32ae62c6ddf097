namespace Freshet.Simulation.Traffic;

/// <summary>A page as a user got it. Times are ms since the start.</summary>
/// <param name="Request">Number of the request.</param>
/// <param name="User">Index.</param>
/// <param name="ShownAt">When the page stood on the screen.</param>
/// <param name="LooksAt">When the user looks at it with a mind to click: later than shown for a phone that slept.</param>
/// <param name="OfflineUntil">Behaviours are not uploaded before.</param>
/// <param name="ShownBy">Index of the arm and model version.</param>
internal readonly record struct Page(
    long Request, int User, long ShownAt, long LooksAt, long OfflineUntil, int ShownBy)
{
    public bool Slept => LooksAt > ShownAt;
}
