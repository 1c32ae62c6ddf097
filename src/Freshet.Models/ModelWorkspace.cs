using Freshet.Models.Batches;
using Freshet.Models.Threads;

namespace Freshet.Models;

/// <summary>
/// The buffers of one forward pass. One for each thread that predicts; any model may use any workspace, and nothing is kept in it
/// from call to call but room and <see cref="Lookups"/>. Its native memory is freed when nobody has it any more.
/// </summary>
/// <param name="team">Threads that share the work of one call; none: the caller alone.</param>
public sealed class ModelWorkspace(WorkerTeam? team = null)
{
    /// <summary>Ids that all calls so far looked up, whatever the model. Not shared between threads.</summary>
    public SlotLookups Lookups { get; } = new();

    internal Pass Pass { get; } = new();

    internal WorkerTeam Team { get; } = team ?? WorkerTeam.Alone;

    internal PassRunner? Runner { get; set; }

    internal static void Grow<T>(ref T[] array, int length)
    {
        if (array is null || array.Length < length)
        {
            array = new T[Math.Max(length, 2 * (array?.Length ?? 0))];
        }
    }
}
