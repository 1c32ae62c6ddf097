using System.Globalization;
using CsCheck;
using Freshet.Scenes;
using static Freshet.Tests.Samples.TestScene;

namespace Freshet.Tests.Samples;

/// <summary>A drawn log with how it is joined.</summary>
/// <param name="Lines">In order of arrival.</param>
/// <param name="Options">Attribution; the mode is the test's.</param>
/// <param name="Zone">The scene's zone.</param>
/// <param name="Partitions">Users are dealt to so many.</param>
/// <param name="Cuts">[Lines] cutoff after each line, ms since the epoch; 0 for none. Never earlier than one before.</param>
/// <param name="Seed">For what a test draws itself.</param>
internal sealed record DrawnLog(Line[] Lines, AttributionOptions Options, TimeZoneInfo Zone, int Partitions, long[] Cuts, int Seed)
{
    /// <summary>How long a first row of immediate mode waits: not at all in half of the logs.</summary>
    public TimeSpan EmitAfter => TimeSpan.FromMinutes((Seed % 4) switch { 0 => 7, 1 => 90, _ => 0 });

    /// <summary>Half of the logs say when a line arrived.</summary>
    public bool SaysArrival => Seed / 4 % 2 == 0;

    public int PartitionOf(Line line) => line.User[^1] % Partitions;
}

/// <summary>
/// Logs number 0, 1, 2 … of a fixed seed: a part of them on every run, as many as the environment variable FRESHET_LOGS says
/// on demand. A failure names its log; FRESHET_LOG joins that one alone.
/// </summary>
internal static class DrawnLogs
{
    private const int EveryRun = 250;

    private static readonly AttributionOptions[] s_options =
    [
        Cumulative,
        Cumulative with { Horizon = TimeSpan.FromHours(3), OrphanWait = TimeSpan.FromHours(5), IdleAfter = TimeSpan.FromHours(9) },
        Cumulative with { Grace = TimeSpan.Zero, Lateness = TimeSpan.Zero, OrphanWait = TimeSpan.FromDays(1) },
        Cumulative with { Grace = TimeSpan.FromHours(30), MinAge = TimeSpan.FromHours(3), IdleAfter = TimeSpan.FromDays(2) },
    ];

    private static readonly TimeZoneInfo[] s_zones = [TimeZoneInfo.Utc, TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"), ClocksGoBackOnSecondMay()];

    private static readonly Gen<Line[]> s_lines = Gen.OneOf(GenLog.Conflicting, GenLog.Consistent, GenLog.Delayed, GenLog.Long);

    /// <summary>Logs in which one event_id may have several payloads.</summary>
    public static readonly Gen<DrawnLog> Any = Draw(s_lines);

    /// <summary>Logs in which it has one.</summary>
    public static readonly Gen<DrawnLog> Consistent = Draw(Gen.OneOf(GenLog.Consistent, GenLog.Delayed, GenLog.Long));

    /// <summary>Checks every log; the first failure is reported with its number and its lines.</summary>
    public static void ForEach(Gen<DrawnLog> logs, Action<DrawnLog> check)
    {
        int only = Setting("FRESHET_LOG", -1);
        int first = only < 0 ? 0 : only, end = only < 0 ? Setting("FRESHET_LOGS", EveryRun) : only + 1;
        for (int number = first; number < end; number++)
        {
            DrawnLog log = logs.Generate(new PCG(1, (ulong)number), null, out _);
            try
            {
                check(log);
            }
            catch (Exception failure)
            {
                Assert.Fail($"Log {number} (FRESHET_LOG={number} joins it alone): {failure.Message}\n{log.Options}, {log.Zone.Id}, {log.Partitions} partitions\n{string.Join('\n', log.Lines.Zip(log.Cuts))}");
            }
        }
    }

    private static Gen<DrawnLog> Draw(Gen<Line[]> lines) =>
        Gen.Select(
            lines, Gen.OneOfConst(s_options), Gen.OneOfConst(s_zones), Gen.Int[1, 3], Gen.Int[0, 400].Array[200], Gen.Int[0, int.MaxValue],
            (drawn, options, zone, partitions, cuts, seed) => new DrawnLog(
                drawn, options with { MaxSkew = TimeSpan.FromDays(30) }, zone, partitions, Cuts(drawn, cuts), seed));

    /// <summary>After about one line in four a cutoff, in steps of a quarter of an hour that never go back.</summary>
    private static long[] Cuts(Line[] lines, int[] drawn)
    {
        long latest = FirstMay;
        long[] cuts = new long[lines.Length];
        for (int i = 0; i < lines.Length; i++)
        {
            int quarter = drawn[i % drawn.Length];
            if (quarter <= 100)
            {
                latest = Math.Max(latest, Math.Min(lines[i].At, latest + Day) + (quarter % 5 * 15 * Minute));
                cuts[i] = latest;
            }
        }

        return cuts;
    }

    private static TimeZoneInfo ClocksGoBackOnSecondMay()
    {
        var starts = TimeZoneInfo.TransitionTime.CreateFixedDateRule(new DateTime(1, 1, 1, 2, 0, 0), 4, 1);
        var ends = TimeZoneInfo.TransitionTime.CreateFixedDateRule(new DateTime(1, 1, 1, 3, 0, 0), 5, 2);
        var rule = TimeZoneInfo.AdjustmentRule.CreateAdjustmentRule(DateTime.MinValue.Date, DateTime.MaxValue.Date, TimeSpan.FromHours(1), starts, ends);
        return TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.FromHours(1), "test", "test", "test", [rule]);
    }

    private static int Setting(string name, int standard) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : standard;
}
