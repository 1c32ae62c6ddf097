using Freshet.Models.Batches;

namespace Freshet.Models.Blocks;

/// <summary>A part of the network: it owns dense parameters and knows their forward and backward pass.</summary>
/// <remarks>
/// <para>
/// A step runs the blocks in order, and backwards in reverse. Work is cut into pieces of groups (samples that share their user side) and of
/// samples; a piece is computed by one thread and writes rows of its own. Sums over the whole batch, the gradients of parameters, come last, cut
/// by what they write, each along the samples in order. So nothing depends on the number of threads.
/// </para>
/// <code>
/// GroupForward  → SampleForward → (loss) → SampleBackward → GroupBackward → SampleFinish → Gradient
/// </code>
/// </remarks>
internal abstract class Block : IDisposable
{
    /// <summary>Called after parameters changed: what forward passes read besides the parameters themselves.</summary>
    public virtual void Prepare()
    {
    }

    /// <summary>Pieces of <see cref="PrepareBackward"/>.</summary>
    public virtual int BackwardPieces => 0;

    /// <summary>Called once after parameters changed and before something is learnt: what backward passes read, such as transposes.</summary>
    public virtual void PrepareBackward(int piece)
    {
    }

    /// <summary>Forward pass of the groups <c>[first .. first + count]</c>.</summary>
    /// <param name="pass">The batch.</param>
    /// <param name="first">First group, a multiple of 8.</param>
    /// <param name="count">Groups.</param>
    public virtual void GroupForward(Pass pass, int first, int count)
    {
    }

    /// <summary>Forward pass of the samples <c>[first .. first + count]</c>.</summary>
    public virtual void SampleForward(Pass pass, int first, int count)
    {
    }

    /// <summary>Backward pass of the samples; what the user's side gets is left for the groups, where samples share it.</summary>
    public virtual void SampleBackward(Pass pass, int first, int count)
    {
    }

    /// <summary>Backward pass of the groups, whose samples have all been through theirs.</summary>
    public virtual void GroupBackward(Pass pass, int first, int count)
    {
    }

    /// <summary>What is left to do for samples when their groups are through.</summary>
    public virtual void SampleFinish(Pass pass, int first, int count)
    {
    }

    /// <summary>Pieces of <see cref="Gradient"/>.</summary>
    public virtual int GradientPieces => 0;

    /// <summary>Writes the gradients of some parameters, summed over the batch.</summary>
    public virtual void Gradient(Pass pass, int piece)
    {
    }

    /// <inheritdoc/>
    public void Dispose() => Release();

    /// <summary>Frees the memory that the block owns.</summary>
    protected virtual void Release()
    {
    }
}
