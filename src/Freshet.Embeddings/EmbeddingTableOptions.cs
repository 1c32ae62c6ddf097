namespace Freshet.Embeddings;

/// <summary>What a row of a table holds, and how it starts.</summary>
public sealed record EmbeddingTableOptions
{
    /// <summary>Name of the table; part of what seeds its rows.</summary>
    public required string Name { get; init; }

    /// <summary>D, floats of a row's vector, 0 to 256. 0: the table has wide weights only.</summary>
    public required int Dim { get; init; }

    /// <summary>T, wide weights of a row, 0 to 32. 0: the table has vectors only.</summary>
    public required int Tasks { get; init; }

    /// <summary>Seeds the initial vectors, with the table's name and the id.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Adagrad accumulator of a new row, &gt; 0. Default: 0.1.</summary>
    public float InitialAccumulator { get; init; } = 0.1f;
}
