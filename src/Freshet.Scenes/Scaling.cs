namespace Freshet.Scenes;

/// <summary>How a number is brought to the size of the network's inputs.</summary>
public enum Scaling
{
    /// <summary>As it is.</summary>
    None,

    /// <summary>sign(x)·ln(1 + |x|).</summary>
    Log1p,

    /// <summary>(x − mean) ÷ deviation.</summary>
    Standard,
}
