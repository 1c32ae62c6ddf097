namespace Freshet.Samples;

/// <summary>How many identities were trained on as they truly were (docs/joining.md).</summary>
/// <param name="Identities">Identities with a true label by the cutoff, or with more than one training row.</param>
/// <param name="Correct">Of these, with exactly one training row that has exactly the true labels.</param>
public readonly record struct LabelAccuracy(long Identities, long Correct)
{
    /// <summary>Correct ÷ identities; 1 where there are none.</summary>
    public double Share => Identities == 0 ? 1 : (double)Correct / Identities;

    /// <summary>The counts of both together, for accuracy over several cutoffs.</summary>
    public LabelAccuracy Plus(LabelAccuracy other) => new(Identities + other.Identities, Correct + other.Correct);
}
