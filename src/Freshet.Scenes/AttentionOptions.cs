namespace Freshet.Scenes;

/// <summary>Attention over the user's history, for the models that have it. Without a history the blocks fall away.</summary>
public sealed record AttentionOptions
{
    /// <summary>A, units of the hidden layer that gives a weight, 1 to 256. Default: 16.</summary>
    public int Hidden { get; init; } = 16;

    /// <summary>Of the user's vector that U2I makes. Default: tanh.</summary>
    public AttentionActivation Activation { get; init; } = AttentionActivation.Tanh;

    /// <summary>Whether each behaviour has an embedding of its own. Null (default): if more than one enters the history.</summary>
    public bool? Behaviours { get; init; }

    /// <summary>K, items drawn against the one that followed, 0 to 1000; 0: no auxiliary loss. Default: 20.</summary>
    public int Negatives { get; init; } = 20;

    /// <summary>β, weight of the auxiliary loss, &gt;= 0. Default: 0.1.</summary>
    public double AuxiliaryWeight { get; init; } = 0.1;

    /// <summary>Positions of the auxiliary loss. Default: renumbered.</summary>
    public AuxiliaryPositions Positions { get; init; } = AuxiliaryPositions.Renumber;

    /// <summary>Whether behaviours have embeddings where the history is <paramref name="history"/>.</summary>
    public bool UsesBehaviours(HistoryOptions history)
    {
        ArgumentNullException.ThrowIfNull(history);
        return Behaviours ?? history.Behaviours.Count > 1;
    }
}
