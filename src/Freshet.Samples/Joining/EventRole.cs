namespace Freshet.Samples.Joining;

/// <summary>What an event is to the join, by its type.</summary>
internal enum EventRole
{
    Unknown,
    Impression,
    Behaviour,
    Signal,
}
