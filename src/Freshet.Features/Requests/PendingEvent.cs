namespace Freshet.Features.Requests;

/// <summary>What must be known of an event to count it later.</summary>
/// <param name="Type">Number of its type.</param>
/// <param name="At">The time at which it counts, ms since the epoch.</param>
/// <param name="User">Hash of the user.</param>
/// <param name="Item">Hash of the item.</param>
/// <param name="Request">Hash of the request; 0 = none.</param>
/// <param name="Identity">Hash of (user, request, item).</param>
/// <param name="HistoryItem">Feature id of the item in the history's table; 0 where the scene has no history.</param>
/// <param name="Value">Its value; NaN = none.</param>
internal readonly record struct PendingEvent(
    int Type, long At, ulong User, ulong Item, ulong Request, ulong Identity, ulong HistoryItem, double Value)
{
    public void Save(BinaryWriter destination)
    {
        destination.Write(Type);
        destination.Write(At);
        destination.Write(User);
        destination.Write(Item);
        destination.Write(Request);
        destination.Write(Identity);
        destination.Write(HistoryItem);
        destination.Write(Value);
    }

    public static PendingEvent Restore(BinaryReader source) => new(
        source.ReadInt32(), source.ReadInt64(), source.ReadUInt64(), source.ReadUInt64(), source.ReadUInt64(),
        source.ReadUInt64(), source.ReadUInt64(), source.ReadDouble());
}
