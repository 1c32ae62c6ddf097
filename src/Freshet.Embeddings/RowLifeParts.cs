namespace Freshet.Embeddings;

/// <summary>What rows know of themselves beside their weights: a word each, in this order.</summary>
[Flags]
internal enum RowLifeParts
{
    None = 0,

    /// <summary>How often the id occurred, u32.</summary>
    Frequency = 1,

    /// <summary>Number of the day on which it was last seen, u32.</summary>
    Day = 2,

    /// <summary>Its score, f32.</summary>
    Score = 4,
}
