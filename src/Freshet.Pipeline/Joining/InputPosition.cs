using System.IO.Hashing;
using Freshet.Core.Checkpoints;
using Freshet.Core.Events;


namespace Freshet.Pipeline.Joining;

/// <summary>How far an input was read, and by which it is known again: how many events came, and a hash of what they said in their order.</summary>
internal sealed class InputPosition
{
    private ulong _hash;

    /// <summary>Events read.</summary>
    public long Count { get; private set; }

    /// <summary>Takes note of the event that was read next.</summary>
    public void Add(BehaviourEvent e)
    {
        Count++;
        IdentityKey key = IdentityKey.Of(e);
        ulong said = XxHash3.HashToUInt64(e.EventId) ^ key.Low ^ XxHash3.HashToUInt64(e.Type) ^ ulong.RotateLeft((ulong)e.At, 33) ^
            ulong.RotateLeft((ulong)e.ReceivedAt, 17) ^ (ulong)BitConverter.DoubleToInt64Bits(e.Value);
        _hash = (ulong.RotateLeft(_hash, 5) ^ said) * 0x9E3779B97F4A7C15;
    }

    /// <summary>Writes the position for a checkpoint.</summary>
    public void Save(BinaryWriter writer)
    {
        writer.Write(Count);
        writer.Write(_hash);
    }

    /// <summary>Reads the position that <see cref="Save"/> wrote, of an input that is moved there.</summary>
    public void Restore(BinaryReader reader) => (Count, _hash) = (reader.ReadInt64(), reader.ReadUInt64());

    /// <summary>Reads <paramref name="input"/> from its start over the events up to the position that <see cref="Save"/> wrote.</summary>
    /// <exception cref="CheckpointException">The input has fewer events, or others.</exception>
    public void MoveTo(BinaryReader reader, IEventSource input, CancellationToken cancellation)
    {
        long count = reader.ReadInt64();
        ulong hash = reader.ReadUInt64();
        var skipped = new BehaviourEvent();
        while (Count < count)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!input.TryRead(skipped))
            {
                throw new CheckpointException(
                    $"The input has {Count} events, and the checkpoint was made after {count}. Nothing was changed. Give the same events in the same order, or " +
                    "remove the folder of the checkpoints to join from the start.");
            }

            Add(skipped);
        }

        if (_hash != hash)
        {
            throw new CheckpointException(
                $"The first {count} events of the input are not those that were joined before the checkpoint (hash {_hash:x16}, the checkpoint has {hash:x16}). " +
                "Nothing was changed. Give the same events in the same order, or remove the folder of the checkpoints to join from the start.");
        }
    }
}
