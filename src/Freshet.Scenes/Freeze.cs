namespace Freshet.Scenes;

/// <summary>What of a slot stays as the base left it while increments learn.</summary>
public enum Freeze
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Rows and wide weights are read but not updated in increments.</summary>
    Rows,

    /// <summary>As <see cref="Rows"/>; and the weights that read the slot's rows in matrices over the network's input, with their moments, stay too.</summary>
    RowsAndInputs,
}
