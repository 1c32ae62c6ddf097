namespace Freshet.Scenes;

/// <summary>How the rows of a bag become one vector.</summary>
public enum Pooling
{
    /// <summary>Sum of the rows.</summary>
    Sum,

    /// <summary>Sum divided by the number of ids in the bag, duplicates and not admitted ids included.</summary>
    Mean,
}
