using Freshet.Scenes;

namespace Freshet.Tests.Samples;

/// <summary>The samples that stand in the table after each cutoff, written from the design page alone.</summary>
internal sealed class ReferenceTable(Scene scene, ReferenceJoin join)
{
    private readonly SortedDictionary<DateOnly, List<Join.Row>> _days = [];
    private long _lastCutoff = long.MinValue;

    /// <summary>
    /// Re-attributes the cutoff's day, and earlier days whose horizon was still open or of which something could be held back at
    /// the cutoff before; other days are left as they are.
    /// </summary>
    public List<Join.Row> Cut(long cutoff)
    {
        List<Join.Row> samples = join.Samples(cutoff - ReferenceJoin.Ms(scene.Attribution.MinAge));
        foreach (DateOnly day in samples.Select(row => DayOf(row.ShownAt)).Concat(_days.Keys).Distinct().ToList())
        {
            if (day <= DayOf(cutoff) && IsOpen(day))
            {
                _days[day] = [.. samples.Where(row => DayOf(row.ShownAt) == day)];
            }
        }

        _lastCutoff = cutoff;
        return [.. _days.Values.SelectMany(rows => rows)];
    }

    private bool IsOpen(DateOnly day)
    {
        long end = ReferenceJoin.Midnight(day.AddDays(1), scene.TimeZone);
        long horizon = ReferenceJoin.Ms(scene.Attribution.Horizon ?? scene.Attribution.Grace);
        return _lastCutoff < end + Math.Max(horizon, ReferenceJoin.Ms(scene.Attribution.MinAge));
    }

    private DateOnly DayOf(long at) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(at), scene.TimeZone).DateTime);
}
