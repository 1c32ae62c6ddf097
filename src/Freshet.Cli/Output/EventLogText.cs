using System.Globalization;
using System.Text;
using Freshet.Storage.EventLog.Inspection;

namespace Freshet.Cli.Output;

/// <summary>What is in an event log, as text. Times are UTC: a log has no scene.</summary>
internal static class EventLogText
{
    public static string Of(EventLogReport report)
    {
        var text = new StringBuilder();
        text.AddLine($"Event log '{report.Folder}': {report.Partitions.Count} partitions, {report.Records:N0} records, {report.Bytes:N0} bytes.");
        var partitions = new TextTable("partition", "begin", "end", "records", "bytes", "malformed", "first event", "last event", "unacknowledged");
        foreach (PartitionReport partition in report.Partitions)
        {
            partitions.Add(
                Number(partition.Partition), Number(partition.BeginOffset), Number(partition.EndOffset), Number(partition.Records),
                Number(partition.Bytes), Number(partition.Malformed), Time(partition.FirstAt), Time(partition.LastAt), Number(partition.UnacknowledgedBytes));
        }

        _ = text.Append(partitions);
        if (report.Types.Count > 0)
        {
            var types = new TextTable("type", "events");
            foreach (EventTypeCount type in report.Types)
            {
                types.Add(type.Type, Number(type.Events));
            }

            _ = text.Append('\n').Append(types);
        }

        AddMalformed(text, report);
        AddDamage(text, report);
        return text.ToString();
    }

    private static void AddMalformed(StringBuilder text, EventLogReport report)
    {
        if (report.Malformed > 0)
        {
            text.AddLine($"\n{report.Malformed:N0} payloads are not events. Readers count them and continue. The first {report.MalformedPayloads.Count}:");
            foreach (MalformedPayload payload in report.MalformedPayloads)
            {
                text.AddLine($"  partition {payload.Partition}, offset {payload.Offset}, byte {payload.Byte}: {payload.Reason}");
            }
        }
    }

    private static void AddDamage(StringBuilder text, EventLogReport report)
    {
        long unacknowledged = report.Partitions.Sum(partition => partition.UnacknowledgedBytes);
        if (unacknowledged > 0)
        {
            text.AddLine($"\n{unacknowledged:N0} bytes behind the ends were written and never acknowledged, as a killed writer leaves them. They are not delivered,");
            text.AddLine($"and the next payloads overwrite them. Whoever wrote them has to append them again.");
        }

        if (report.Damage.Count == 0)
        {
            text.AddLine($"\nNothing is damaged: every acknowledged payload was read, with its checksum.");
            return;
        }

        text.AddLine($"\nDamaged:");
        foreach (EventLogDamage damage in report.Damage)
        {
            text.AddLine($"  {damage.What}");
        }
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Time(long? at) => at is { } time
        ? DateTimeOffset.FromUnixTimeMilliseconds(time).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)
        : "-";
}
