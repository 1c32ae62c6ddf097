using System.Buffers;

namespace Freshet.Core.Events;

/// <summary>Writes an event as one line of a behaviour-event log (NDJSON).</summary>
/// <remarks>
/// Reading the line gives an equal event: times, numbers, features and unknown members come back as they were. Allocates
/// nothing itself.
/// </remarks>
public static class EventJsonWriter
{
    /// <summary>Appends the JSON object and a line feed.</summary>
    /// <param name="source">An event with type, event_id and the ids its type needs; without them the line is malformed.</param>
    /// <param name="destination">Where the UTF-8 bytes go.</param>
    /// <exception cref="ArgumentException">A number of the event is infinite, or a number of a feature is NaN, so JSON has no form for it; nothing was written.</exception>
    public static void Write(BehaviourEvent source, IBufferWriter<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(destination);
        ThrowIfNotFinite(source);
        var line = new Utf8LineWriter(destination);
        line.Append("{\"type\":"u8);
        line.AppendString(source.Type);
        AppendText(ref line, ",\"event_id\":"u8, source.EventId);
        AppendText(ref line, ",\"request_id\":"u8, source.RequestId);
        AppendText(ref line, ",\"user_id\":"u8, source.UserId);
        AppendText(ref line, ",\"item_id\":"u8, source.ItemId);
        line.Append(",\"at\":"u8);
        line.AppendNumber(source.At);
        if (source.ReceivedAt != BehaviourEvent.NoTime)
        {
            line.Append(",\"received_at\":"u8);
            line.AppendNumber(source.ReceivedAt);
        }

        if (!double.IsNaN(source.Value))
        {
            line.Append(",\"value\":"u8);
            line.AppendNumber(source.Value);
        }

        AppendText(ref line, ",\"surface\":"u8, source.Surface);
        if (source.Position != BehaviourEvent.NoPosition)
        {
            line.Append(",\"position\":"u8);
            line.AppendNumber(source.Position);
        }

        AppendFeatures(ref line, source);
        AppendText(ref line, ",\"model_version\":"u8, source.Get(EventText.ModelVersion));
        AppendText(ref line, ",\"arm\":"u8, source.Get(EventText.Arm));
        AppendScores(ref line, source);
        if (!source.ExtraJson.IsEmpty)
        {
            line.Append((byte)',');
            line.Append(source.ExtraJson);
        }

        line.Append("}\n"u8);
        line.Flush();
    }

    private static void AppendText(ref Utf8LineWriter line, ReadOnlySpan<byte> member, ReadOnlySpan<byte> text)
    {
        if (!text.IsEmpty)
        {
            line.Append(member);
            line.AppendString(text);
        }
    }

    private static void AppendFeatures(ref Utf8LineWriter line, BehaviourEvent source)
    {
        for (int i = 0; i < source.FeatureCount; i++)
        {
            FeatureView feature = source.Feature(i);
            line.Append(i == 0 ? ",\"features\":{"u8 : ","u8);
            line.AppendString(feature.Name);
            line.Append((byte)':');
            switch (feature.Kind)
            {
                case FeatureKind.Number:
                    line.Append(feature.Value(0));
                    break;
                case FeatureKind.Text:
                    line.AppendString(feature.Value(0));
                    break;
                default:
                    AppendList(ref line, feature);
                    break;
            }
        }

        if (source.FeatureCount > 0)
        {
            line.Append((byte)'}');
        }
    }

    private static void AppendList(ref Utf8LineWriter line, FeatureView list)
    {
        line.Append((byte)'[');
        for (int i = 0; i < list.ValueCount; i++)
        {
            if (i > 0)
            {
                line.Append((byte)',');
            }

            line.AppendString(list.Value(i));
        }

        line.Append((byte)']');
    }

    private static void AppendScores(ref Utf8LineWriter line, BehaviourEvent source)
    {
        for (int i = 0; i < source.ScoreCount; i++)
        {
            FeatureView score = source.Score(i);
            line.Append(i == 0 ? ",\"scores\":{"u8 : ","u8);
            line.AppendString(score.Name);
            line.Append((byte)':');
            line.AppendNumber(score.Number);
        }

        if (source.ScoreCount > 0)
        {
            line.Append((byte)'}');
        }
    }

    private static void ThrowIfNotFinite(BehaviourEvent source)
    {
        bool finite = !double.IsInfinity(source.Value);
        for (int i = 0; i < source.FeatureCount; i++)
        {
            FeatureView feature = source.Feature(i);
            finite &= feature.Kind != FeatureKind.Number || double.IsFinite(feature.Number);
        }

        for (int i = 0; i < source.ScoreCount; i++)
        {
            finite &= double.IsFinite(source.Score(i).Number);
        }

        if (!finite)
        {
            throw new ArgumentException(
                $"Event '{source}' has a number that JSON cannot hold (NaN or infinite) as its value, a feature or a score. " +
                "Nothing was written. Leave such a number out.", nameof(source));
        }
    }
}
