using Freshet.Core.Checkpoints;
using Freshet.Samples.Joining;

namespace Freshet.Samples;

/// <summary>The state of a joiner at one moment, to be written by another thread while the joiner continues.</summary>
public sealed class JoinFreeze
{
    private readonly byte[] _head;
    private readonly PoolFreeze<Identity> _identities;
    private readonly PoolFreeze<KeptEvent> _events;
    private readonly TextFreeze _texts;

    internal JoinFreeze(byte[] head, PoolFreeze<Identity> identities, PoolFreeze<KeptEvent> events, TextFreeze texts) =>
        (_head, _identities, _events, _texts) = (head, identities, events, texts);

    /// <summary>Writes it; to be called once. Until then the joiner makes no other freeze.</summary>
    public void WriteTo(CheckpointWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteBlob(_head);
        _identities.WriteTo(writer);
        _events.WriteTo(writer);
        _texts.WriteTo(writer);
    }
}
