using Freshet.Native.Ids;

namespace Freshet.Embeddings;

/// <summary>Counts of ids without a row in a <see cref="CountSketch"/>. The default is off: they are exact.</summary>
/// <param name="Ids">Different ids that it is made for; 0: off.</param>
/// <param name="Error">Share of them that may be admitted too early, 0.0001 to 0.5.</param>
/// <param name="Largest">Largest count, 1 to 65,535: one less than the largest threshold of the table's slots.</param>
public readonly record struct SightingSketch(int Ids, double Error, int Largest)
{
    /// <summary>Whether it is on.</summary>
    public bool IsOn => Ids > 0;

    /// <inheritdoc/>
    public override string ToString() => IsOn ? $"a sketch of {Ids} ids at error {Error} up to {Largest}" : "exact counts";
}
