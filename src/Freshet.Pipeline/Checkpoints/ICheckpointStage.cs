using Freshet.Core.Checkpoints;

namespace Freshet.Pipeline.Checkpoints;

/// <summary>A stage whose state goes into checkpoints, together with that of the other stages.</summary>
public interface ICheckpointStage
{
    /// <summary>Takes the state of this moment; the stage may change at once.</summary>
    /// <param name="everything">Whether all of it is taken; otherwise what changed since the last freeze is enough.</param>
    /// <returns>Writes what was taken; called once, on another thread, before the next freeze.</returns>
    Action<CheckpointWriter> Freeze(bool everything);

    /// <summary>Reads what one freeze wrote over what there is, into a new stage: one of everything, then what changed since, in order.</summary>
    /// <exception cref="CheckpointException">The content is not that of such a state.</exception>
    void Restore(CheckpointReader reader);

    /// <summary>Makes again what follows from the restored state.</summary>
    void EndRestore();
}
