namespace Freshet.Scenes;

/// <summary>What becomes the logit of a task.</summary>
public enum LogitHead
{
    /// <summary>wide + aᵀ·FM + network.</summary>
    Sum,

    /// <summary>FM joins the input of the network, and the network alone gives the logit.</summary>
    Residual,
}
