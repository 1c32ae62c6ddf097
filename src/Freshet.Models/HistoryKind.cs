namespace Freshet.Models;

/// <summary>How the user's history enters the network.</summary>
internal enum HistoryKind
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Deep match to rank: user-to-item and item-to-item.</summary>
    Dmr,

    /// <summary>Deep interest network: an attention unit over history and target.</summary>
    Din,
}
