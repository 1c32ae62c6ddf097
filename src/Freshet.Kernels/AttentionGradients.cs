namespace Freshet.Kernels;

/// <summary>Where <see cref="Attention.Backward"/> adds its gradients; shapes as in <see cref="AttentionItems"/>.</summary>
public readonly ref struct AttentionGradients
{
    /// <summary>[rows × columns] of the projected items.</summary>
    public required PanelMatrix Projected { get; init; }

    /// <summary>Whether <see cref="Projected"/> is added to; otherwise it is overwritten.</summary>
    public bool AddsToProjected { get; init; }

    /// <summary>[L × columns] of the projected positions; added to.</summary>
    public required PanelMatrix Positions { get; init; }

    /// <summary>[behaviours × A] of the projected behaviours; added to.</summary>
    public PanelMatrix Behaviours { get; init; }

    /// <summary>[A] of the context; added to.</summary>
    public Span<float> Context { get; init; }

    /// <summary>[A] of z; added to.</summary>
    public required Span<float> Z { get; init; }
}
