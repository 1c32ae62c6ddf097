using Freshet.Core.Versions;

namespace Freshet.Training.Gates;

/// <summary>What all gates found before a version was published.</summary>
/// <param name="Results">One entry a gate and task.</param>
public sealed record GateReport(IReadOnlyList<GateResult> Results)
{
    /// <summary>Nothing was judged.</summary>
    public static GateReport None { get; } = new([]);

    /// <summary>Whether a gate refused: the version stays out.</summary>
    public bool IsRefused => Refusals.Any();

    /// <summary>
    /// Whether a gate refused because of the window's samples, not of the model: they must not be learnt. PCOC and the comparison with the live
    /// model are not among them: what is wrong there is put right by learning.
    /// </summary>
    public bool BlamesWindow => Refusals.Any(result => result.Name is GateNames.Input or GateNames.Volume or GateNames.PositiveRate or GateNames.Surprise);

    /// <summary>The gates that refused.</summary>
    public IEnumerable<GateResult> Refusals => Results.Where(result => result.Verdict == GateVerdict.Refused);
}
