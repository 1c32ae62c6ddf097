namespace Freshet.Scenes;

/// <summary>Positions in the history of the auxiliary loss, which lacks the most recent item.</summary>
public enum AuxiliaryPositions
{
    /// <summary>The item that is now the most recent has position 1.</summary>
    Renumber,

    /// <summary>Every item keeps the position it has in the whole history.</summary>
    Keep,
}
