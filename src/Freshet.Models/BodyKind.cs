namespace Freshet.Models;

/// <summary>The network between the input and the logits.</summary>
internal enum BodyKind
{
    /// <summary>None.</summary>
    None,

    /// <summary>A residual tower per head.</summary>
    Towers,

    /// <summary>Experts that all heads share, mixed by a gate per head.</summary>
    Mmoe,

    /// <summary>Shared and own experts, in levels.</summary>
    Ple,

    /// <summary>A cross network, then a residual tower per head.</summary>
    Cross,
}
