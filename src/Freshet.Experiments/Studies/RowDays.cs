using Freshet.Core.Time;
using Freshet.Experiments.Evaluation;
using Freshet.Scenes;

namespace Freshet.Experiments.Studies;

/// <summary>Judged impressions by day of the scene.</summary>
internal static class RowDays
{
    /// <summary>Indices of the rows of each day that has any, in the order of the days.</summary>
    public static IReadOnlyList<int[]> Of(Scene scene, JudgedRows rows)
    {
        var days = new SceneDays(scene.TimeZone);
        return [.. Enumerable.Range(0, rows.Count).GroupBy(row => days.DateOf(rows.ShownAt(row))).OrderBy(day => day.Key).Select(day => day.ToArray())];
    }
}
