using System.Buffers.Binary;
using System.IO.Hashing;
using Freshet.Core.Events;
using Freshet.Core.Snapshots;
using Freshet.Native;

namespace Freshet.Samples.Files;

/// <summary>Impressions with their feature vectors as bytes, one record after the other.</summary>
/// <remarks>
/// A record: length of what follows the checksum 4 · low half of its XxHash3 4 · the texts, each with its length · position 4 · scores 8 each ·
/// dense features 4 each · the ids of each slot behind their count · the history's length, items, behaviours and times · both bias ids. Changing
/// it needs a new format version.
/// </remarks>
internal sealed class RecordBuffer
{
    /// <summary>Bytes before the content of a record.</summary>
    public const int HeaderSize = 2 * sizeof(int);

    private static readonly EventText[] s_texts =
    [
        EventText.UserId, EventText.RequestId, EventText.ItemId, EventText.EventId, EventText.Surface, EventText.Arm, EventText.ModelVersion,
    ];

    private byte[] _bytes = new byte[1 << 16];

    /// <summary>Bytes of the records added since <see cref="Clear"/>.</summary>
    public int Length { get; private set; }

    /// <summary>The records.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    /// <summary>Removes all records; the room stays.</summary>
    public void Clear() => Length = 0;

    /// <summary>Adds a record.</summary>
    /// <param name="impression">The impression.</param>
    /// <param name="scores">[tasks] its scores; NaN where it has none.</param>
    /// <param name="columns">Holds its feature vector.</param>
    /// <param name="row">Row of the vector.</param>
    public void Add(BehaviourEvent impression, ReadOnlySpan<double> scores, SnapshotColumns columns, int row)
    {
        int start = Length;
        _ = Room(HeaderSize);
        foreach (EventText text in s_texts)
        {
            ReadOnlySpan<byte> bytes = impression.Get(text);
            AddCount(bytes.Length);
            bytes.CopyTo(Room(bytes.Length));
        }

        BinaryPrimitives.WriteInt32LittleEndian(Room(sizeof(int)), impression.Position);
        Add(scores);
        Add(columns.Dense(row));
        for (int slot = 0; slot < columns.Schema.Slots.Count; slot++)
        {
            ReadOnlySpan<ulong> ids = columns.Ids(row, slot);
            AddCount(ids.Length);
            Add(ids);
        }

        AddCount(columns.HistoryItems(row).Length);
        Add(columns.HistoryItems(row));
        Add(columns.HistoryBehaviours(row));
        Add(columns.HistoryTimes(row));
        Add<ulong>([columns.BiasId(row), columns.ReferenceBiasId(row)]);

        ReadOnlySpan<byte> content = _bytes.AsSpan(start + HeaderSize, Length - start - HeaderSize);
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(start), content.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(start + sizeof(int)), Sum(content));
    }

    /// <summary>The checksum of a record's content.</summary>
    public static uint Sum(ReadOnlySpan<byte> content) => (uint)XxHash3.HashToUInt64(content);

    /// <summary>Reads the content of a record.</summary>
    /// <param name="content">What follows the checksum; it is right.</param>
    /// <param name="impression">Gets the impression, but for its time.</param>
    /// <param name="tasks">UTF-8 names of the tasks.</param>
    /// <param name="columns">Gets the feature vector as a new row.</param>
    public static void Read(ReadOnlySpan<byte> content, BehaviourEvent impression, byte[][] tasks, SnapshotColumns columns)
    {
        impression.Clear();
        foreach (EventText text in s_texts)
        {
            int length = TakeCount(ref content);
            impression.Set(text, Take(ref content, length));
        }

        impression.Position = BinaryPrimitives.ReadInt32LittleEndian(Take(ref content, sizeof(int)));
        foreach (byte[] task in tasks)
        {
            double score = BinaryPrimitives.ReadDoubleLittleEndian(Take(ref content, sizeof(double)));
            if (!double.IsNaN(score))
            {
                impression.AddScore(task, score);
            }
        }

        Span<float> dense = columns.BeginRow();
        Take(ref content, dense.Length * sizeof(float)).CopyTo(ByteView.Of(dense));
        for (int slot = 0; slot < columns.Schema.Slots.Count; slot++)
        {
            for (int count = TakeCount(ref content); count > 0; count--)
            {
                columns.AddId(TakeUInt64(ref content));
            }

            columns.EndSlot();
        }

        int history = TakeCount(ref content);
        ReadOnlySpan<byte> items = Take(ref content, history * sizeof(ulong));
        ReadOnlySpan<byte> behaviours = Take(ref content, history), times = Take(ref content, history * sizeof(long));
        foreach (byte behaviour in behaviours)
        {
            columns.AddHistory(TakeUInt64(ref items), behaviour, (long)TakeUInt64(ref times));
        }

        _ = columns.EndRow(TakeUInt64(ref content), TakeUInt64(ref content));
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> content, int length)
    {
        ReadOnlySpan<byte> taken = content[..length];
        content = content[length..];
        return taken;
    }

    private static ulong TakeUInt64(ref ReadOnlySpan<byte> content) => BinaryPrimitives.ReadUInt64LittleEndian(Take(ref content, sizeof(ulong)));

    private static int TakeCount(ref ReadOnlySpan<byte> content)
    {
        int count = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte part = Take(ref content, 1)[0];
            count |= (part & 0x7F) << shift;
            if (part <= 0x7F)
            {
                return count;
            }
        }
    }

    private void Add<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        ReadOnlySpan<byte> bytes = ByteView.Of(values);
        bytes.CopyTo(Room(bytes.Length));
    }

    private void AddCount(int count)
    {
        uint rest = (uint)count;
        for (; rest > 0x7F; rest >>= 7)
        {
            Room(1)[0] = (byte)(rest | 0x80);
        }

        Room(1)[0] = (byte)rest;
    }

    private Span<byte> Room(int length)
    {
        if (_bytes.Length - Length < length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + length));
        }

        Length += length;
        return _bytes.AsSpan(Length - length, length);
    }
}
