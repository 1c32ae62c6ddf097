using System.Diagnostics;
using System.Globalization;
using Freshet.Core.Versions;
using Freshet.Serving;
using Freshet.Sync;

namespace Freshet.Tests.Serving;

/// <summary>
/// Eight threads rank while versions are swapped and freed as fast as they can be. Some swaps here; for a minute with
/// <c>FRESHET_STRESS_SECONDS=60</c> (docs/serving.md).
/// </summary>
public sealed class SwapStressTests : IDisposable
{
    private const int States = 24;
    private readonly KnownVersions _versions = new(States);

    public void Dispose() => _versions.Dispose();

    [Fact]
    public void Full_versions_are_ranked_with_whole_and_never_freed()
    {
        var stress = new SwapStress(_versions);
        LiveModel live = _versions.Live(stress.Free);
        var holder = new LeasedHolder(live);

        StressReport report = stress.Run(holder, swap => holder.Swap(_versions.Whole(swap % States, swap)), Continues(1_000), live);
        long freedBefore = report.FreedModels;
        live.Dispose();

        Tell("full versions", report);
        Assert.True(report.IsClean, report.ToString());
        Assert.Equal(report.Swaps - 1, freedBefore); // all but the live one, each once
    }

    [Fact]
    public void Streamed_versions_are_ranked_with_whole_and_never_changed_or_freed()
    {
        var stress = new SwapStress(_versions);
        using LiveModel live = _versions.Live(stress.Free);
        var holder = new LeasedHolder(live);

        StressReport report = stress.Run(holder, swap => Stream(holder, swap), Continues(150), live);

        Tell("streams", report);
        Assert.True(report.IsClean, report.ToString());
    }

    [Fact]
    public void The_stress_finds_a_holder_that_frees_a_retired_version_at_once()
    {
        var stress = new SwapStress(_versions);
        using var holder = new FaultyHolder(stress);

        StressReport report = stress.Run(holder, swap => holder.Swap(_versions.Whole(swap % States, swap)), swaps => swaps < 40);

        // Behind each swap but the first one request waited; what the last ones saw may have come with the end.
        Assert.True(report.FreedReads >= 20, report.ToString());
        Assert.False(report.IsClean);
    }

    [Fact]
    public void The_stress_finds_a_holder_that_changes_the_visible_version()
    {
        var stress = new SwapStress(_versions);
        using var holder = new FaultyHolder(stress);

        StressReport report = stress.Run(holder, swap => Stream(holder, swap), swaps => swaps < 40);

        Assert.True(report.Wrong >= 20, report.ToString());
        Assert.False(report.IsClean);
    }

    private static Func<int, bool> Continues(int swaps)
    {
        if (Environment.GetEnvironmentVariable("FRESHET_STRESS_SECONDS") is not { Length: > 0 } text)
        {
            return swapped => swapped < swaps;
        }

        var limit = TimeSpan.FromSeconds(double.Parse(text, CultureInfo.InvariantCulture));
        var clock = Stopwatch.StartNew();
        return _ => clock.Elapsed < limit;
    }

    private static void Tell(string what, StressReport report)
    {
        TestContext.Current.SendDiagnosticMessage("{0}: {1}", what, report);
        TestContext.Current.TestOutputHelper?.WriteLine($"{what}: {report}");
    }

    /// <summary>Each round begins with a full version, as a day begins with its base.</summary>
    private void Stream(IVersionHolder holder, int swap)
    {
        int state = swap % States;
        if (state == 0)
        {
            holder.Swap(_versions.Whole(0, swap));
            return;
        }

        (ModelVersion version, ModelManifest manifest) = _versions.Name(state, swap);
        holder.Apply(_versions.Changes(state), version, manifest);
    }
}
