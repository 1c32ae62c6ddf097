using System.Diagnostics.CodeAnalysis;
using Freshet.Core.Events;
using Freshet.Core.Versions;
using Freshet.Samples.Attribution;
using Freshet.Scenes;

namespace Freshet.Samples.Files;

/// <summary>
/// What a sample table gets and never changes, as bytes: snapshots with what their impressions said, and the samples of <c>window</c> and <c>immediate</c> mode. A
/// checkpoint takes what was added since the one before.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Streams in memory hold nothing.")]
public sealed class SampleJournal
{
    private const byte Snapshot = 1;
    private const byte Sample = 2;
    private const int FirstRoom = 1 << 16;

    private static readonly EventText[] s_texts =
    [
        EventText.UserId, EventText.RequestId, EventText.ItemId, EventText.EventId, EventText.Surface, EventText.Arm, EventText.ModelVersion,
    ];

    private readonly string[] _tasks;
    private MemoryStream _bytes = new(FirstRoom);
    private BinaryWriter _writer;

    /// <summary>An empty journal.</summary>
    public SampleJournal(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        _tasks = [.. scene.Behaviours.Select(behaviour => behaviour.Name)];
        _writer = new BinaryWriter(_bytes);
    }

    /// <summary>What was added since the last call; the caller's from here on.</summary>
    public ReadOnlyMemory<byte> Take()
    {
        _writer.Flush();
        ReadOnlyMemory<byte> taken = _bytes.GetBuffer().AsMemory(0, (int)_bytes.Length);
        _bytes = new MemoryStream(FirstRoom);
        _writer = new BinaryWriter(_bytes);
        return taken;
    }

    /// <summary>Adds a row of the table.</summary>
    public void AddSnapshot(SampleTable table, int row)
    {
        ArgumentNullException.ThrowIfNull(table);
        _writer.Write(Snapshot);
        ImpressionColumns impressions = table.Impressions!;
        foreach (EventText text in s_texts)
        {
            ReadOnlySpan<byte> bytes = impressions.Text(row, text);
            _writer.Write7BitEncodedInt(bytes.Length);
            _writer.Write(bytes);
        }

        _writer.Write(impressions.ShownAt(row));
        _writer.Write(impressions.Position(row));
        foreach (double score in impressions.Scores(row))
        {
            _writer.Write(score);
        }

        SnapshotBytes.Write(_writer, table.Features, row);
    }

    /// <summary>Adds a sample of <c>window</c> or <c>immediate</c> mode.</summary>
    public void AddSample(SampleDay day, int place)
    {
        ArgumentNullException.ThrowIfNull(day);
        _writer.Write(Sample);
        _writer.Write(day.Date.DayNumber);
        SampleBytes.Write(_writer, day, place);
    }

    /// <summary>Puts back what was taken, into an empty table or behind what was put back before.</summary>
    public void Restore(byte[] taken, SampleTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        using var reader = new BinaryReader(new MemoryStream(taken));
        var impression = new BehaviourEvent();
        while (reader.BaseStream.Position < reader.BaseStream.Length)
        {
            if (reader.ReadByte() == Sample)
            {
                SampleBytes.Read(reader, table.Open(DateOnly.FromDayNumber(reader.ReadInt32())));
                continue;
            }

            ReadImpression(reader, impression);
            table.Impressions!.Add(impression);
            SnapshotBytes.Read(reader, table.Features);
        }
    }

    private void ReadImpression(BinaryReader reader, BehaviourEvent impression)
    {
        impression.Clear();
        foreach (EventText text in s_texts)
        {
            impression.Set(text, reader.ReadBytes(reader.Read7BitEncodedInt()));
        }

        impression.At = reader.ReadInt64();
        impression.Position = reader.ReadInt32();
        foreach (string task in _tasks)
        {
            double score = reader.ReadDouble();
            if (!double.IsNaN(score))
            {
                impression.AddScore(System.Text.Encoding.UTF8.GetBytes(task), score);
            }
        }
    }
}
