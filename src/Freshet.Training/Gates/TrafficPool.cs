namespace Freshet.Training.Gates;

/// <summary>Windows before, summed: those of one day around the same time of day, or, where no day before is known, those of one hour.</summary>
/// <param name="Count">Samples.</param>
/// <param name="Milliseconds">Length of the windows together.</param>
/// <param name="Positives">[T] labels of 1.</param>
internal sealed record TrafficPool(long Count, long Milliseconds, long[] Positives)
{
    private const long Hour = Core.Time.Milliseconds.Hour, Day = Core.Time.Milliseconds.Day;

    /// <summary>The pools that <paramref name="newest"/> is compared with.</summary>
    public static IReadOnlyList<TrafficPool> For(WindowStatistics newest, IReadOnlyList<WindowStatistics> before)
    {
        TrafficPool[] days = Pool(before, window =>
        {
            long age = newest.Middle - window.Middle, day = (age + (Day / 2)) / Day;
            return day >= 1 && Math.Abs(age - (day * Day)) <= Hour ? day : null;
        });
        return days.Length > 0 ? days : Pool(before, window => window.Middle / Hour);
    }

    private static TrafficPool[] Pool(IReadOnlyList<WindowStatistics> windows, Func<WindowStatistics, long?> key) =>
        [.. windows.Where(window => key(window) is not null).GroupBy(window => key(window)).Select(group => new TrafficPool(
            group.Sum(window => (long)window.Count),
            group.Sum(window => window.Until - window.After),
            [.. Enumerable.Range(0, group.First().Tasks.Count).Select(task => group.Sum(window => window.Tasks[task].Positives))]))];
}
