using System.Text;
using Freshet.Core.Checkpoints;
using Freshet.Core.Events;
using Freshet.Pipeline.Joining;

namespace Freshet.Pipeline.Checkpoints;

/// <summary>
/// Where the input stands. A source that can say so is moved there; another is read from its start, and must bring the same events.
/// </summary>
/// <param name="source">The input.</param>
/// <param name="job">Names what is done with it; a checkpoint of another job is refused.</param>
/// <param name="cancellation">Ends the reading.</param>
internal sealed class PositionStage(IEventSource source, string job, CancellationToken cancellation) : ICheckpointStage
{
    private readonly InputPosition _input = new();
    private byte[] _restored = [];

    /// <summary>Events read.</summary>
    public long Count => _input.Count;

    /// <summary>Takes note of the event that was read next.</summary>
    public void Add(BehaviourEvent e) => _input.Add(e);

    public Action<CheckpointWriter> Freeze(bool everything)
    {
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(job);
            writer.Write(source is IResumableSource);
            _input.Save(writer);
            (source as IResumableSource)?.SavePosition(writer);
        }

        byte[] position = bytes.ToArray();
        return writer => writer.WriteBlob(position);
    }

    public void Restore(CheckpointReader reader)
    {
        _restored = reader.ReadBlob();
        using var position = new BinaryReader(new MemoryStream(_restored));
        if (position.ReadString() is var was && was != job)
        {
            throw new CheckpointException(
                $"The checkpoint is of a run that did not end: {was}. This run is another: {job}. Nothing was changed. Finish that one first, or remove the " +
                "folder of the checkpoints and start from the beginning.")
            {
                IsFatal = true,
            };
        }
    }

    public void EndRestore()
    {
        using var position = new BinaryReader(new MemoryStream(_restored));
        _ = position.ReadString();
        if (position.ReadBoolean() != source is IResumableSource)
        {
            throw new CheckpointException(
                "The checkpoint was made with another kind of input: a log on one side, files on the other. Nothing was changed. Give the same input, or remove " +
                "the folder of the checkpoints and start from the beginning.");
        }

        if (source is IResumableSource resumable)
        {
            _input.Restore(position);
            resumable.MoveTo(position);
        }
        else
        {
            _input.MoveTo(position, source, cancellation);
        }

        _restored = [];
    }
}
