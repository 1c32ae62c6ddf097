using System.IO.Hashing;
using System.Text;
using Freshet.Core.Checkpoints;
using Freshet.Pipeline.Checkpoints;
using Freshet.Samples;
using Freshet.Scenes;

namespace Freshet.Pipeline.Joining;

/// <summary>A joiner as a stage of checkpoints: what changed since the last one is enough.</summary>
/// <param name="scene">The scene.</param>
/// <param name="joiner">The joiner to begin with.</param>
internal sealed class JoinStage(Scene scene, Joiner joiner) : ICheckpointStage
{
    /// <summary>The joiner; another one after a restore.</summary>
    public Joiner Joiner { get; private set; } = joiner;

    /// <summary>Equal for two scenes whose joins have one meaning.</summary>
    public static ulong FingerprintOf(Scene scene)
    {
        string text = string.Join('\n', (object[])
        [
            scene.Name, scene.TimeZone.Id, scene.Attribution, .. scene.Behaviours, .. scene.Regressions, .. scene.Signals,
        ]);
        return XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(text));
    }

    /// <inheritdoc/>
    public Action<CheckpointWriter> Freeze(bool everything) => Joiner.Freeze(everything).WriteTo;

    /// <inheritdoc/>
    public void BeginRestore() => Joiner = new Joiner(scene);

    /// <inheritdoc/>
    public void Restore(CheckpointReader reader) => Joiner.Restore(reader);

    /// <inheritdoc/>
    public void EndRestore() => Joiner.EndRestore();
}
