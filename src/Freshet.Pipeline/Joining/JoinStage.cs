using System.IO.Hashing;
using System.Text;
using Freshet.Core.Checkpoints;
using Freshet.Pipeline.Checkpoints;
using Freshet.Samples;
using Freshet.Scenes;

namespace Freshet.Pipeline.Joining;

/// <summary>A joiner as a stage of checkpoints: what changed since the last one is enough.</summary>
/// <param name="joiner">The joiner; new, where it is restored.</param>
internal sealed class JoinStage(Joiner joiner) : ICheckpointStage
{
    /// <summary>Equal for two scenes whose joins have one meaning.</summary>
    public static ulong FingerprintOf(Scene scene)
    {
        string text = string.Join('\n', (object[])
        [
            scene.Name, scene.TimeZone.Id, scene.Attribution, scene.Limits with { MalformedBytes = 0 },
            .. scene.Behaviours, .. scene.Regressions, .. scene.Signals,
        ]);
        return XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(text));
    }

    /// <inheritdoc/>
    public Action<CheckpointWriter> Freeze(bool everything) => joiner.Freeze(everything).WriteTo;

    /// <inheritdoc/>
    public void Restore(CheckpointReader reader) => joiner.Restore(reader);

    /// <inheritdoc/>
    public void EndRestore() => joiner.EndRestore();
}
