namespace Freshet.Core.Events;

/// <summary>Whether a line was an event, and if not, why and where.</summary>
/// <param name="Status">What the line is.</param>
/// <param name="Position">Byte of the line, from 0, where the fault shows; 0 where something is missing.</param>
public readonly record struct EventReadResult(EventReadStatus Status, int Position)
{
    /// <summary>Whether the destination now holds an event.</summary>
    public bool IsEvent => Status == EventReadStatus.Event;

    /// <summary>Whether the line is to be counted and kept aside.</summary>
    public bool IsMalformed => Status > EventReadStatus.Blank;

    /// <summary>The reason in words, for whoever repairs the log; a constant, so it costs nothing.</summary>
    public string Reason => Status switch
    {
        EventReadStatus.Event => "an event",
        EventReadStatus.Blank => "a blank line",
        EventReadStatus.NotUtf8 => "not UTF-8",
        EventReadStatus.NotJsonObject => "not one JSON object",
        EventReadStatus.TooDeep => "nested deeper than 64",
        EventReadStatus.TooLong => "longer than 16 MiB",
        EventReadStatus.NoType => "lacks type, a non-empty string",
        EventReadStatus.NoEventId => "lacks event_id",
        EventReadStatus.NoTime => "lacks at",
        EventReadStatus.NoUserId => "lacks user_id, which its type needs",
        EventReadStatus.NoRequestId => "lacks request_id, which an impression needs",
        EventReadStatus.NoItemId => "lacks item_id, which its type needs",
        EventReadStatus.NoProfileId => "a profile with neither user_id nor item_id",
        EventReadStatus.IdNotString => "an id is no string",
        EventReadStatus.TimeOutOfRange => "at is no whole number of ms in the years 1 to 9999",
        EventReadStatus.ValueNotNumber => "value is no finite number",
        _ => throw new InvalidOperationException($"EventReadStatus {(int)Status} has no reason."),
    };
}
