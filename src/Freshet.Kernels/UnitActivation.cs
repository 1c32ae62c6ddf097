namespace Freshet.Kernels;

/// <summary>The activation of a small layer of units.</summary>
public enum UnitActivation
{
    /// <summary>tanh.</summary>
    Tanh,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>x above 0, slope·x below; a learned slope per unit.</summary>
    Prelu,

    /// <summary>x.</summary>
    Identity,
}
