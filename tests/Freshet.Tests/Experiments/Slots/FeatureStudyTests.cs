using System.Text.Json;
using Freshet.Core.Events;
using Freshet.Experiments.Reports;
using Freshet.Experiments.Slots;
using Freshet.Scenes;

namespace Freshet.Tests.Experiments.Slots;

public sealed class FeatureStudyTests
{
    private static readonly IReadOnlyList<BehaviourEvent> s_log = SharedReplay.Log;
    private static readonly DateOnly s_baseUntil = new(2026, 3, 2);

    [Fact]
    public void The_hour_is_named_and_the_user_is_not()
    {
        FeatureReport report = Run(Hour(Freeze.None));

        Assert.True(report.IncrementSamples > 50, $"Only {report.IncrementSamples} samples.");
        Assert.True(Of(report, "hour").IsFreezingCandidate, $"{Of(report, "hour").Stability}");
        Assert.False(Of(report, "user").IsFreezingCandidate, $"{Of(report, "user").Stability}");
        SlotChanges changes = Of(report, "hour").Changes;
        Assert.True(changes is { RowsMoved: > 0, WideChange: null, VectorChange: > 0 }, $"{changes}"); // the demo's model has no wide weights
        Assert.Equal(1, report.Slots.Sum(slot => slot.Changes.UpdateShare), 1e-9);
    }

    [Fact]
    public void A_frozen_slot_moves_no_row_and_is_not_named()
    {
        SlotStatistics hour = Of(Run(Hour(Freeze.Rows)), "hour");

        Assert.Equal((0, 0, 0.0), (hour.Changes.RowsMoved, hour.Changes.RowsAdded, hour.Changes.UpdateShare));
        Assert.Equal("rows", hour.Frozen);
        Assert.False(hour.IsFreezingCandidate);
    }

    [Fact]
    public void An_id_is_admitted_or_waits_for_its_threshold()
    {
        Scene scene = SmallPlatform.Scene;
        Scene hard = scene with
        {
            Slots = [.. scene.Slots.Select(slot => slot with { Freeze = Freeze.None, Admission = new AdmissionOptions { Full = 10, Incremental = 3 } })],
        };

        FeatureReport all = Run(scene), report = Run(hard);

        SlotStatistics cross = Of(report, "user_category");
        Assert.True(cross.Waiting > 0);
        Assert.All(report.Slots, slot => Assert.Equal(slot.IdsSeen, slot.Admitted + slot.Waiting));
        Assert.All(report.Slots.Zip(all.Slots), pair => Assert.True(pair.First.Admitted <= pair.Second.Admitted));
        Assert.True(cross.UnknownShare > Of(all, "user_category").UnknownShare);
        Assert.True(cross.Sightings is { P50: > 0 } quantiles && quantiles.P50 <= quantiles.P90 && quantiles.P90 <= quantiles.P99 && quantiles.P99 <= quantiles.Max);
    }

    [Fact]
    public void The_report_has_every_field_of_its_format_and_is_repeatable()
    {
        byte[] written = ReportJson.Write(Run(SmallPlatform.Scene));

        Assert.Equal(written, ReportJson.Write(Run(SmallPlatform.Scene)));
        using var json = JsonDocument.Parse(written);
        Assert.Equal(["scene", "model", "base_cutoff", "at", "base_samples", "increment_samples", "slots"], Names(json.RootElement));
        JsonElement slot = json.RootElement.GetProperty("slots")[0];
        Assert.Equal(
            ["slot", "frozen", "ids_seen", "admitted", "waiting", "evicted", "unknown_share", "sightings", "stability", "changes", "is_freezing_candidate"],
            Names(slot));
        Assert.Equal(["p50", "p90", "p99", "max"], Names(slot.GetProperty("sightings")));
        Assert.Equal(
            ["index", "noise", "bins", "base_values", "increment_values", "is_shifted", "is_concentrated"], Names(slot.GetProperty("stability")));
        Assert.Equal(["rows_moved", "rows_added", "wide_change", "vector_change", "update_share"], Names(slot.GetProperty("changes")));
    }

    [Fact]
    public void An_increment_before_its_base_and_a_log_without_one_are_named()
    {
        using var source = new SmallPlatform.Source(s_log);
        using var empty = new SmallPlatform.Source([]);

        Assert.StartsWith("The increment ends at 2026-03-02T00:00:00", Assert.Throws<FeatureStudyException>(
            () => FeatureStudy.Run(SmallPlatform.Scene, source, s_baseUntil, Midnight() - 86_400_000)).Message, StringComparison.Ordinal);
        Assert.Equal(
            "The log ends before the base's day does; give an earlier --base-until. Nothing was compared.",
            Assert.Throws<FeatureStudyException>(() => FeatureStudy.Run(SmallPlatform.Scene, empty)).Message);
    }

    private static string[] Names(JsonElement element) => [.. element.EnumerateObject().Select(field => field.Name)];

    private static SlotStatistics Of(FeatureReport report, string slot) => report.Slots.Single(entry => entry.Slot == slot);

    private static Scene Hour(Freeze freeze) => SmallPlatform.Scene with
    {
        Slots = [.. SmallPlatform.Scene.Slots.Select(slot => slot.Name == "hour" ? slot with { Freeze = freeze } : slot)],
    };

    private static long Midnight()
    {
        var start = new DateTime(2026, 3, 3);
        return new DateTimeOffset(start, SmallPlatform.Scene.TimeZone.GetUtcOffset(start)).ToUnixTimeMilliseconds();
    }

    /// <summary>Base until midnight, increment of the three hours after it.</summary>
    private static FeatureReport Run(Scene scene)
    {
        using var source = new SmallPlatform.Source(s_log);
        return FeatureStudy.Run(scene, source, s_baseUntil, Midnight() + (3 * 3_600_000));
    }
}
