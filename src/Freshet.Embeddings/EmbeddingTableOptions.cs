using System.Numerics;
using Freshet.Kernels;
using Freshet.Scenes;

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

    /// <summary>What the vectors learn by. Default: Adagrad per element.</summary>
    public RowOptimizer Optimizer { get; init; }

    /// <summary>Adagrad accumulator, or n of Group-FTRL, of a new row; &gt; 0. Default: 0.1.</summary>
    public float InitialAccumulator { get; init; } = 0.1f;

    /// <summary>
    /// Settings of Group-FTRL; they make the z of a new row, so they belong to the table. Other optimisers do not look at them.
    /// </summary>
    public GroupFtrlSettings GroupFtrl { get; init; } = new();

    /// <summary>More L1 for rare rows. Where it is on, rows count how often they occur. Default: off.</summary>
    public DynamicL1Options? DynamicL1 { get; init; }

    /// <summary>Which rows are given up, and what rows know for it. Default: none.</summary>
    public EvictionOptions Eviction { get; init; } = new();

    /// <summary>What rows know of themselves.</summary>
    internal RowLifeParts LifeParts =>
        (DynamicL1 is not null ? RowLifeParts.Frequency : 0) |
        (Eviction.Days > 0 || Eviction.MaxRows > 0 ? RowLifeParts.Day : 0) |
        (Eviction.MaxRows > 0 ? RowLifeParts.Score : 0);

    /// <summary>Words of a row's life.</summary>
    internal int LifeLength => BitOperations.PopCount((uint)LifeParts);

    /// <summary>Counts sightings in a sketch. Default: off, they are counted exactly.</summary>
    public SightingSketch Sketch { get; init; }

    /// <summary>Floats of optimiser state that a row's vector carries.</summary>
    public int StateLength => Dim == 0 ? 0 : Optimizer switch
    {
        RowOptimizer.RowwiseAdagrad => 1,
        RowOptimizer.GroupFtrl => 2 * Dim,
        _ => Dim,
    };

    /// <summary>All mistakes, each a sentence with a space before it; empty if there is none.</summary>
    internal string Mistakes() =>
        (Dim is >= 0 and <= 256 ? "" : $" Dim is {Dim}; use 0 to 256.") +
        (Tasks is >= 0 and <= 32 ? "" : $" Tasks is {Tasks}; use 0 to 32.") +
        (InitialAccumulator > 0 ? "" : $" InitialAccumulator is {InitialAccumulator}; use more than 0.") +
        (Enum.IsDefined(Optimizer) ? "" : $" Optimizer is {Optimizer}; use Adagrad, RowwiseAdagrad or GroupFtrl.") +
        (DynamicL1 is null or { N: >= 1, C: >= 0 and < float.MaxValue }
            ? ""
            : $" DynamicL1 has N {DynamicL1.N}, C {DynamicL1.C}; use an N of 1 or more, and a C of 0 or more.") +
        (Eviction is { Days: >= 0, MinNorm: >= 0 and < float.MaxValue, MaxRows: >= 0, PositiveWeight: >= 0 and < float.MaxValue } &&
            (Eviction.MaxRows == 0 || Eviction.Decay is > 0 and <= 1)
            ? ""
            : $" Eviction is {Eviction}; use 0 or more, and a Decay above 0 and at most 1.") +
        (Sketch is { Ids: 0 } or { Ids: > 0, Error: >= 0.0001 and <= 0.5, Largest: >= 1 and <= ushort.MaxValue }
            ? ""
            : $" Sketch has Ids {Sketch.Ids}, Error {Sketch.Error}, Largest {Sketch.Largest}; use 1 or more, 0.0001 to 0.5, and 1 to 65535.") +
        (GroupFtrl.Alpha > 0 ? "" : $" GroupFtrl.Alpha is {GroupFtrl.Alpha}; use more than 0.") +
        (GroupFtrl is { Beta: >= 0, L1: >= 0, GroupL1: >= 0, L2: >= 0 }
            ? ""
            : $" GroupFtrl has Beta {GroupFtrl.Beta}, L1 {GroupFtrl.L1}, GroupL1 {GroupFtrl.GroupL1}, L2 {GroupFtrl.L2}; use 0 or more.");
}
