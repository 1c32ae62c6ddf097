using Freshet.Core.Checkpoints;
using Freshet.Pipeline.Checkpoints;
using Freshet.Samples;

namespace Freshet.Pipeline.Joining;

/// <summary>The samples of a join in modes <c>window</c> and <c>immediate</c> as a stage of checkpoints. The other mode makes them again.</summary>
/// <param name="table">The samples.</param>
/// <param name="isKept">Whether the mode needs them.</param>
internal sealed class TableStage(SampleTable table, bool isKept) : ICheckpointStage
{
    /// <inheritdoc/>
    public Action<CheckpointWriter> Freeze(bool everything) => isKept ? table.Freeze(everything) : writer => writer.Write(0);

    /// <inheritdoc/>
    public void Restore(CheckpointReader reader) => table.Restore(reader);

    /// <inheritdoc/>
    public void EndRestore()
    {
    }
}
