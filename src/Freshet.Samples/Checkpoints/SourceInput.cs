using Freshet.Core.Events;

namespace Freshet.Samples.Checkpoints;

/// <summary>Files as input: the position is the number of events, and resuming reads over them.</summary>
/// <param name="source">Read from its start; not disposed of here.</param>
public sealed class SourceInput(IEventSource source) : IJoinInput
{
    private long _count;
    private long _last;

    /// <inheritdoc/>
    public long Malformed => source.Malformed;

    /// <inheritdoc/>
    public bool TryRead(BehaviourEvent destination, out int partition)
    {
        partition = 0;
        _last = _count;
        if (!source.TryRead(destination))
        {
            return false;
        }

        _count++;
        return true;
    }

    /// <inheritdoc/>
    public void SavePosition(BinaryWriter writer) => writer.Write(_last);

    /// <inheritdoc/>
    /// <exception cref="CheckpointException">The source has fewer events.</exception>
    public void MoveTo(BinaryReader reader)
    {
        long count = reader.ReadInt64();
        var skipped = new BehaviourEvent();
        while (_count < count)
        {
            if (!TryRead(skipped, out _))
            {
                throw new CheckpointException(
                    $"The input has {_count} events, and the checkpoint was made after {count}. Nothing was changed. Give the same files in the same order.");
            }
        }
    }
}
