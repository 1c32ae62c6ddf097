namespace Freshet.Tests.Models.Reference;

/// <summary>What a batch gives, and how near it came to a point without a derivative.</summary>
internal sealed class ReferenceOutcome
{
    /// <summary>The whole loss.</summary>
    public double Loss { get; set; }

    /// <summary>The auxiliary loss in it, without its weight.</summary>
    public double Auxiliary { get; set; }

    /// <summary>[B × T].</summary>
    public List<double> Probabilities { get; } = [];

    /// <summary>[B × R] in the units of the events.</summary>
    public List<double> Values { get; } = [];

    /// <summary>Least distance of any input of a ReLU, a PReLU or a clamp from its kink.</summary>
    public double Kink { get; private set; } = double.PositiveInfinity;

    public void Note(double distance) => Kink = Math.Min(Kink, Math.Abs(distance));

    /// <summary>max(x, 0).</summary>
    public double Relu(double x)
    {
        Note(x);
        return Math.Max(x, 0);
    }

    /// <summary>x above 0, slope·x below.</summary>
    public double Prelu(double x, double slope)
    {
        Note(x);
        return x > 0 ? x : slope * x;
    }
}
