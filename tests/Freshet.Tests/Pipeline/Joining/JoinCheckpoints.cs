using Freshet.Core.Checkpoints;
using Freshet.Pipeline.Checkpoints;
using Freshet.Pipeline.Joining;
using Freshet.Samples;
using Freshet.Scenes;
using Freshet.Storage.Checkpoints;

namespace Freshet.Tests.Pipeline.Joining;

/// <summary>Checkpoints of a joiner alone, each with a number beside it.</summary>
internal sealed class JoinCheckpoints(string path, Scene scene, Action<string>? warn = null)
{
    private readonly MarkStage _mark = new();

    public CheckpointChain Chain { get; } = new(new CheckpointFolder(path), JoinStage.FingerprintOf(scene), warn);

    public void Begin(Joiner joiner, int mark)
    {
        _mark.Value = mark;
        Chain.Begin([new JoinStage(joiner), _mark]);
    }

    public void Wait() => Chain.Wait();

    public void Write(Joiner joiner, int mark)
    {
        Begin(joiner, mark);
        Wait();
    }

    public (Joiner Joiner, int Mark)? Restore()
    {
        var joiner = new Joiner(scene);
        return Chain.TryRestore([new JoinStage(joiner), _mark]) ? (joiner, _mark.Value) : null;
    }

    private sealed class MarkStage : ICheckpointStage
    {
        public int Value { get; set; }

        public Action<CheckpointWriter> Freeze(bool everything)
        {
            int value = Value;
            return writer => writer.Write(value);
        }

        public void Restore(CheckpointReader reader) => Value = reader.ReadInt32();

        public void EndRestore()
        {
        }
    }
}
