namespace Freshet.Samples.Joining;

/// <summary>What a <see cref="Pool{T}"/> needs of its records: a place for the chain of free ones.</summary>
internal interface IPooled
{
    /// <summary>The next free place, while this one is free; -1 at the end.</summary>
    int NextFree { get; set; }

    /// <summary>Whether the place is in use.</summary>
    bool IsAlive { get; set; }
}
