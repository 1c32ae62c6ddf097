namespace Freshet.Core.Events;

/// <summary>The members of an event's JSON object that Freshet knows; the text fields have the numbers of <see cref="EventText"/>.</summary>
internal enum EventField
{
    Type = EventText.Type,
    EventId = EventText.EventId,
    RequestId = EventText.RequestId,
    UserId = EventText.UserId,
    ItemId = EventText.ItemId,
    Surface = EventText.Surface,
    ModelVersion = EventText.ModelVersion,
    Arm = EventText.Arm,
    At,
    ReceivedAt,
    Value,
    Position,
    Features,
    Scores,
    Unknown,
}
