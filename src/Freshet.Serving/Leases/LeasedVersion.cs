namespace Freshet.Serving.Leases;

/// <summary>A version while it is live or leased. A reference belongs to the <see cref="LiveModel"/> until it is retired, and one to each lease.</summary>
/// <param name="served">What leases read.</param>
/// <param name="buffer">Holds its model; the caller's reference passes to the version.</param>
internal sealed class LeasedVersion(ServedModel served, ModelBuffer buffer) : Referenced
{
    public ServedModel Served => served;

    public ModelBuffer Buffer => buffer;

    protected override void GiveUp() => buffer.EndReference();
}
