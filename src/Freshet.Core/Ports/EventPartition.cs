using System.IO.Hashing;
using Freshet.Core.Events;

namespace Freshet.Core.Ports;

/// <summary>Which partition an event belongs to: its user's, so that everything about an impression lies in one place.</summary>
/// <remarks>
/// XxHash3 of the UTF-8 user_id modulo the count; events without a user (item status) go by item_id. Changing it would
/// tear users apart in logs that exist.
/// </remarks>
public static class EventPartition
{
    /// <summary>The partition, in [0, <paramref name="partitionCount"/>).</summary>
    public static int Of(BehaviourEvent behaviourEvent, int partitionCount)
    {
        ArgumentNullException.ThrowIfNull(behaviourEvent);
        return Of(behaviourEvent.UserId.IsEmpty ? behaviourEvent.ItemId : behaviourEvent.UserId, partitionCount);
    }

    /// <summary>The partition of a UTF-8 user id (or the item id of an event without user).</summary>
    public static int Of(ReadOnlySpan<byte> id, int partitionCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(partitionCount);
        return (int)(XxHash3.HashToUInt64(id) % (ulong)partitionCount);
    }
}
