namespace Freshet.Kernels;

/// <summary>The items of one history as <see cref="Attention"/> reads them, most recent first; absent ones are left out.</summary>
/// <remarks>Hidden units come in blocks of 16: A is rounded up, and what is padding is 0 everywhere.</remarks>
public readonly ref struct AttentionItems
{
    /// <summary>[rows × columns] W_e·e of all items, as one product gave them.</summary>
    public required PanelMatrix Projected { get; init; }

    /// <summary>Column of <see cref="Projected"/> and <see cref="Positions"/> at which this attention's hidden units begin; a multiple of 16.</summary>
    public required int Column { get; init; }

    /// <summary>Row of the first item.</summary>
    public required int First { get; init; }

    /// <summary>[n] place of each item, 0 = most recent; + <see cref="Shift"/> it is its row of <see cref="Positions"/>.</summary>
    public required ReadOnlySpan<int> Places { get; init; }

    /// <summary>Added to places; negative where the history was cut at its head.</summary>
    public int Shift { get; init; }

    /// <summary>[L × columns] W_p·p + b.</summary>
    public required PanelMatrix Positions { get; init; }

    /// <summary>[n] behaviour of each item; empty where behaviours take no part.</summary>
    public ReadOnlySpan<int> BehaviourIds { get; init; }

    /// <summary>[behaviours × A] W_c·c; none where behaviours take no part.</summary>
    public PanelMatrix Behaviours { get; init; }

    /// <summary>[A] W_c·e_c of the target item; empty where it takes no part.</summary>
    public ReadOnlySpan<float> Context { get; init; }
}
