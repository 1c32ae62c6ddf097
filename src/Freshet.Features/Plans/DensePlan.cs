using Freshet.Scenes;

namespace Freshet.Features.Plans;

/// <summary>How one dense feature comes about.</summary>
/// <param name="Name">Number of the event's feature that wins.</param>
/// <param name="Number">Where the number comes from otherwise.</param>
/// <param name="Scaling">How it is scaled.</param>
/// <param name="Mean">For standard scaling.</param>
/// <param name="Deviation">For standard scaling.</param>
internal readonly record struct DensePlan(int Name, NumberPlan Number, Scaling Scaling, double Mean, double Deviation)
{
    /// <summary>The network's input for <paramref name="number"/>; 0 where the number or the result is not finite.</summary>
    public float Scale(double number)
    {
        double scaled = Scaling switch
        {
            Scaling.Log1p => Math.CopySign(Math.Log(1 + Math.Abs(number)), number),
            Scaling.Standard => (number - Mean) / Deviation,
            _ => number,
        };

        float input = (float)scaled;
        return float.IsFinite(input) ? input : 0;
    }
}
