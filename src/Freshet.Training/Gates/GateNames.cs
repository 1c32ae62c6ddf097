namespace Freshet.Training.Gates;

/// <summary>The gates by name, as in manifests, reports and metrics.</summary>
public static class GateNames
{
    /// <summary>Weights and optimiser state are finite.</summary>
    public const string Finite = "finite";

    /// <summary>The window's features can be learnt and scored: no loss or prediction is NaN or infinite.</summary>
    public const string Input = "input";

    /// <summary>A base has at least one sample to learn.</summary>
    public const string Samples = "samples";

    /// <summary>Age of the base that an increment goes back to, in hours.</summary>
    public const string BaseAge = "base_age";

    /// <summary>Samples of the window against the days before.</summary>
    public const string Volume = "volume";

    /// <summary>Positive rate of the window against the days before.</summary>
    public const string PositiveRate = "positive_rate";

    /// <summary>Log loss of the window against the windows before.</summary>
    public const string Surprise = "surprise";

    /// <summary>Calibration on the window.</summary>
    public const string Pcoc = "pcoc";

    /// <summary>Log loss on the window against the live model.</summary>
    public const string LogLoss = "logloss";
}
