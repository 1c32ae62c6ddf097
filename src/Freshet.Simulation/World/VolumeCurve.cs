using Freshet.Core.Time;

namespace Freshet.Simulation.World;

/// <summary>How a day's requests and broadcasts are spread over its hours: low at five in the morning, high at nine in the evening.</summary>
internal static class VolumeCurve
{

    // Relative volume of the hours 0 to 23.
    private static readonly double[] s_hours =
        [5, 3, 2, 1.5, 1, 1, 1.5, 2.5, 3.5, 4, 4, 4.5, 5.5, 5, 4, 4, 4, 5, 6, 8, 10, 10.5, 9.5, 7];

    private static readonly double[] s_cumulative = Cumulate();

    /// <summary>The time of day, ms from midnight, by which <paramref name="share"/> of the day's volume is over.</summary>
    /// <param name="share">In [0, 1).</param>
    public static long TimeOfDay(double share)
    {
        int hour = 0;
        while (s_cumulative[hour + 1] <= share)
        {
            hour++;
        }

        double within = (share - s_cumulative[hour]) / (s_cumulative[hour + 1] - s_cumulative[hour]);
        return (hour * Milliseconds.Hour) + (long)(within * Milliseconds.Hour);
    }

    private static double[] Cumulate()
    {
        double total = s_hours.Sum();
        double[] cumulative = new double[25];
        for (int hour = 0; hour < 24; hour++)
        {
            cumulative[hour + 1] = cumulative[hour] + (s_hours[hour] / total);
        }

        cumulative[24] = 1;
        return cumulative;
    }
}
