using System.Text;
using Freshet.Experiments.Reports;
using Freshet.Experiments.Slots;

namespace Freshet.Cli.Output;

/// <summary>A feature report as text that a stranger understands.</summary>
internal static class FeatureText
{
    public static string Of(FeatureReport report)
    {
        var text = new StringBuilder();
        text.AddLine($"\nBase of {report.BaseSamples:N0} samples until {report.BaseCutoff}, increment of {report.IncrementSamples:N0} until {report.At}, model '{report.Model}'");
        var table = new TextTable(
            "slot", "ids", "admitted", "waiting", "evicted", "unknown", "frozen", "p50", "p90", "p99", "max", "moved", "added", "stability", "noise");
        foreach (SlotStatistics slot in report.Slots)
        {
            table.Add(
                slot.Slot, Number(slot.IdsSeen), Number(slot.Admitted), Number(slot.Waiting), Number(slot.Evicted), Share(slot.UnknownShare), slot.Frozen,
                Number(slot.Sightings.P50), Number(slot.Sightings.P90), Number(slot.Sightings.P99), Number(slot.Sightings.Max),
                Number(slot.Changes.RowsMoved), Number(slot.Changes.RowsAdded), Decimal(slot.Stability?.Index), Decimal(slot.Stability?.Noise));
        }

        _ = text.Append(table);
        SlotStatistics[] named = [.. report.Slots.Where(slot => slot.IsFreezingCandidate)];
        if (named.Length == 0)
        {
            text.AddLine($"No slot that learns in increments is concentrated there where the base is not.");
        }

        foreach (SlotStatistics slot in named)
        {
            PopulationStability stability = slot.Stability!;
            SlotChanges changes = slot.Changes;
            text.AddLine($"Slot '{slot.Slot}' is a candidate for freezing: {Decimal(stability.IncrementValues)} effective values in the increment, {Decimal(stability.BaseValues)} in the base. Freezing would leave {changes.RowsMoved:N0} rows as the base left them, which the increment moved by {Moved(changes)}; it would admit {changes.RowsAdded:N0} rows less, and save {Share(changes.UpdateShare)} of the rows to update.");
        }

        return text.ToString();
    }

    private static string Moved(SlotChanges changes) => (changes.WideChange, changes.VectorChange) switch
    {
        (null, null) => "nothing",
        (null, _) => $"{Share(changes.VectorChange)} of their vectors' length",
        (_, null) => $"{Small(changes.WideChange)} in the mean wide weight",
        _ => $"{Small(changes.WideChange)} in the mean wide weight and {Share(changes.VectorChange)} of their vectors' length",
    };

    private static string Number(long? value) => value is { } number ? FormattableString.Invariant($"{number:N0}") : "-";

    private static string Share(double? value) => value is { } share ? FormattableString.Invariant($"{100 * share:F1} %") : "-";

    private static string Decimal(double? value) => value is { } number ? FormattableString.Invariant($"{number:F2}") : "-";

    private static string Small(double? value) => value is { } number ? FormattableString.Invariant($"{number:F4}") : "-";
}
