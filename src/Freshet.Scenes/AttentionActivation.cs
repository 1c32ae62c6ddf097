namespace Freshet.Scenes;

/// <summary>The function that ends the user's vector in U2I.</summary>
public enum AttentionActivation
{
    /// <summary>tanh(x).</summary>
    Tanh,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>max(x, 0) + s·min(x, 0), the slope s learnt per unit.</summary>
    PRelu,

    /// <summary>x.</summary>
    Identity,
}
