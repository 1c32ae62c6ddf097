using System.Buffers.Binary;
using Freshet.Core.Ports;

namespace Freshet.LogWriter;

/// <summary>Payloads that name themselves: number n, then 8 to 3,000 bytes that follow from n.</summary>
internal static class NumberedPayload
{
    /// <summary>Longest payload in bytes.</summary>
    public const int MaxLength = 3_000;

    /// <summary>Writes payload <paramref name="number"/> into <paramref name="buffer"/>.</summary>
    public static ReadOnlySpan<byte> Write(long number, byte[] buffer)
    {
        ulong mixed = (ulong)number * 0x9E3779B97F4A7C15;
        int length = 8 + (int)((mixed >> 40) % (number % 10 == 0 ? 2_992u : 160u));
        Span<byte> payload = buffer.AsSpan(0, length);
        BinaryPrimitives.WriteInt64LittleEndian(payload, number);
        for (int i = 8; i < length; i++)
        {
            payload[i] = (byte)((mixed >> 32) + (ulong)i);
        }

        return payload;
    }

    /// <summary>How many payloads a partition has.</summary>
    public static long Count(IEventLog log, int partition)
    {
        using IEventLogReader reader = log.OpenReader(partition, log.BeginOffset(partition));
        var batch = new EventLogBatch();
        long count = 0;
        while (reader.TryRead(batch))
        {
            count += batch.Count;
        }

        return count;
    }
}
