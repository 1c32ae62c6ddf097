using Freshet.Samples.Checkpoints;

namespace Freshet.Samples.Joining;

/// <summary>The state of a joiner at one moment, to be written by another thread while the joiner goes on.</summary>
internal sealed class JoinFreeze(byte[] head, PoolFreeze<Identity> identities, PoolFreeze<KeptEvent> events, TextFreeze texts)
{
    /// <summary>Writes it; to be called once. Until then the joiner makes no other freeze.</summary>
    public void WriteTo(CheckpointWriter writer)
    {
        writer.WriteBlob(head);
        identities.WriteTo(writer);
        events.WriteTo(writer);
        texts.WriteTo(writer);
    }
}
