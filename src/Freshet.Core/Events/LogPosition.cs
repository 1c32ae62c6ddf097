using Freshet.Core.Ports;

namespace Freshet.Core.Events;

/// <summary>Where a reader of an event log stands: in each partition everything before the offset has been delivered.</summary>
/// <remarks>
/// Beside the offset of a partition stand the offset and XxHash3 of the payload delivered last. They tell the position of
/// another log, also where its offset would fit. Immutable. The bytes are in docs/formats.md.
/// </remarks>
public sealed class LogPosition
{
    private const int FormatVersion = 1;
    private readonly Place[] _places;

    internal LogPosition(Place[] places, long events, long malformed)
    {
        _places = places;
        Events = events;
        Malformed = malformed;
    }

    /// <summary>Events delivered before the position, since the log's beginning or where reading began.</summary>
    public long Events { get; }

    /// <summary>Payloads before the position that are not events.</summary>
    public long Malformed { get; }

    /// <summary>Partitions of the log.</summary>
    public int PartitionCount => _places.Length;

    /// <summary>Offset at which reading continues in <paramref name="partition"/>.</summary>
    public long Offset(int partition) => _places[partition].Next;

    /// <summary>The beginning of <paramref name="log"/>, as retention has left it.</summary>
    public static LogPosition Begin(IEventLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        return new LogPosition([.. Enumerable.Range(0, log.PartitionCount).Select(partition => Place.At(log.BeginOffset(partition)))], 0, 0);
    }

    /// <summary>Writes the position.</summary>
    public void Save(BinaryWriter destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        destination.Write(FormatVersion);
        destination.Write(Events);
        destination.Write(Malformed);
        destination.Write(_places.Length);
        foreach (Place place in _places)
        {
            destination.Write(place.Next);
            destination.Write(place.Last);
            destination.Write(place.LastHash);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="EventLogException">It is of another format version, or holds what a position cannot hold.</exception>
    public static LogPosition Restore(BinaryReader source)
    {
        ArgumentNullException.ThrowIfNull(source);
        int version = source.ReadInt32();
        if (version != FormatVersion)
        {
            throw new EventLogException(
                $"The position in the event log has format version {version}; this program reads version {FormatVersion}. Nothing was read. " +
                "Use the program that wrote it, or start at the beginning of the log.");
        }

        long events = source.ReadInt64(), malformed = source.ReadInt64();
        int count = source.ReadInt32();
        if (count is < 1 or > IEventLog.MaxPartitionCount || events < 0 || malformed < 0)
        {
            throw new EventLogException(
                $"The position in the event log is damaged: it has {count} partitions, {events} events and {malformed} malformed payloads. " +
                "Nothing was read. Use an older position, or start at the beginning of the log.");
        }

        var places = new Place[count];
        for (int i = 0; i < count; i++)
        {
            places[i] = new Place(source.ReadInt64(), source.ReadInt64(), source.ReadUInt64());
        }

        return new LogPosition(places, events, malformed);
    }

    /// <summary>The place in <paramref name="partition"/>.</summary>
    internal Place PlaceIn(int partition) => _places[partition];

    /// <summary>A place in one partition.</summary>
    /// <param name="Next">Offset at which reading continues.</param>
    /// <param name="Last">Offset of the payload delivered last; −1 for none.</param>
    /// <param name="LastHash">XxHash3 of that payload.</param>
    internal readonly record struct Place(long Next, long Last, ulong LastHash)
    {
        public static Place At(long offset) => new(offset, -1, 0);
    }
}
