namespace Freshet.Core.Events;

/// <summary>Names of the known members, found by length first: most lengths have one name, so one comparison decides.</summary>
internal static class EventFieldNames
{
    /// <summary>The field of an unescaped member name.</summary>
    public static EventField Find(ReadOnlySpan<byte> name)
    {
        switch (name.Length)
        {
            case 2:
                return name.SequenceEqual("at"u8) ? EventField.At : EventField.Unknown;
            case 3:
                return name.SequenceEqual("arm"u8) ? EventField.Arm : EventField.Unknown;
            case 4:
                return name.SequenceEqual("type"u8) ? EventField.Type : EventField.Unknown;
            case 5:
                return name.SequenceEqual("value"u8) ? EventField.Value : EventField.Unknown;
            case 6:
                return name.SequenceEqual("scores"u8) ? EventField.Scores : EventField.Unknown;
            case 7:
                return name.SequenceEqual("user_id"u8) ? EventField.UserId
                    : name.SequenceEqual("item_id"u8) ? EventField.ItemId
                    : name.SequenceEqual("surface"u8) ? EventField.Surface
                    : EventField.Unknown;
            case 8:
                return name.SequenceEqual("event_id"u8) ? EventField.EventId
                    : name.SequenceEqual("position"u8) ? EventField.Position
                    : name.SequenceEqual("features"u8) ? EventField.Features
                    : EventField.Unknown;
            case 10:
                return name.SequenceEqual("request_id"u8) ? EventField.RequestId : EventField.Unknown;
            case 11:
                return name.SequenceEqual("received_at"u8) ? EventField.ReceivedAt : EventField.Unknown;
            case 13:
                return name.SequenceEqual("model_version"u8) ? EventField.ModelVersion : EventField.Unknown;
            default:
                return EventField.Unknown;
        }
    }
}
