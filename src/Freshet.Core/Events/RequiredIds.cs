namespace Freshet.Core.Events;

/// <summary>Which ids an event of each type must have, so far as that can be known without a scene.</summary>
/// <remarks>
/// A type of the scene may be a behaviour (which also needs an item) or a signal (which may have none): only the join
/// can tell, and it calls a behaviour without an item unmatched.
/// </remarks>
internal static class RequiredIds
{
    /// <summary><see cref="EventReadStatus.Event"/>, or what is missing first.</summary>
    public static EventReadStatus Check(BehaviourEvent behaviourEvent)
    {
        ReadOnlySpan<byte> type = behaviourEvent.Type;
        if (type.IsEmpty)
        {
            return EventReadStatus.NoType;
        }

        if (behaviourEvent.EventId.IsEmpty)
        {
            return EventReadStatus.NoEventId;
        }

        bool hasUser = !behaviourEvent.UserId.IsEmpty, hasItem = !behaviourEvent.ItemId.IsEmpty;
        if (type.SequenceEqual(EventTypeNames.ItemStatusBytes))
        {
            return hasItem ? EventReadStatus.Event : EventReadStatus.NoItemId;
        }

        if (type.SequenceEqual(EventTypeNames.ProfileBytes))
        {
            return hasUser || hasItem ? EventReadStatus.Event : EventReadStatus.NoProfileId;
        }

        if (!hasUser)
        {
            return EventReadStatus.NoUserId;
        }

        if (!type.SequenceEqual(EventTypeNames.ImpressionBytes))
        {
            return EventReadStatus.Event;
        }

        return behaviourEvent.RequestId.IsEmpty ? EventReadStatus.NoRequestId
            : hasItem ? EventReadStatus.Event
            : EventReadStatus.NoItemId;
    }
}
