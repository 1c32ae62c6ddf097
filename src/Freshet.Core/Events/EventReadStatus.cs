namespace Freshet.Core.Events;

/// <summary>What a line of a behaviour-event log turned out to be.</summary>
public enum EventReadStatus : byte
{
    /// <summary>An event; all other values but <see cref="Blank"/> mean a malformed line.</summary>
    Event,

    /// <summary>Nothing but white space: skipped, and not malformed.</summary>
    Blank,

    /// <summary>Not UTF-8.</summary>
    NotUtf8,

    /// <summary>Not one whole JSON object (RFC 8259).</summary>
    NotJsonObject,

    /// <summary>Objects or lists nested deeper than <see cref="EventJsonReader.MaxDepth"/>.</summary>
    TooDeep,

    /// <summary>Longer than a reader of files accepts (<see cref="NdjsonEventSource.MaxLineLength"/>).</summary>
    TooLong,

    /// <summary>Lacks <c>type</c>, or it is no string.</summary>
    NoType,

    /// <summary>Lacks <c>event_id</c>.</summary>
    NoEventId,

    /// <summary>Lacks <c>at</c>.</summary>
    NoTime,

    /// <summary>Lacks <c>user_id</c>, which its type needs.</summary>
    NoUserId,

    /// <summary>Lacks <c>request_id</c>, which an impression needs.</summary>
    NoRequestId,

    /// <summary>Lacks <c>item_id</c>, which its type needs.</summary>
    NoItemId,

    /// <summary>A profile with neither <c>user_id</c> nor <c>item_id</c>.</summary>
    NoProfileId,

    /// <summary>An id is no string.</summary>
    IdNotString,

    /// <summary><c>at</c> is no whole number of ms in the years 1 to 9999.</summary>
    TimeOutOfRange,

    /// <summary><c>value</c> is no number that a double can hold.</summary>
    ValueNotNumber,
}
