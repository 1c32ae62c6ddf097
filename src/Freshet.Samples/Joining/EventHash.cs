namespace Freshet.Samples.Joining;

/// <summary>What the state keeps of an event to know it again.</summary>
/// <param name="Id">Hash of the event_id.</param>
/// <param name="Content">Hash of what it says.</param>
internal readonly record struct EventHash(ulong Id, uint Content);
