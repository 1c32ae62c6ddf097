namespace Freshet.Experiments.Benchmarking;

/// <summary>What a speed benchmark runs: the sizes of the network, the traffic, and how long. bench/peers has the same for PyTorch.</summary>
public sealed record BenchmarkOptions
{
    /// <summary>The model of the zoo that the benchmarks are about.</summary>
    public const string DefaultModel = "esmm-dfm-dmr";

    /// <summary>Name in the zoo.</summary>
    public string Model { get; init; } = DefaultModel;

    /// <summary>B, samples of a step, &gt;= 1. Default: 512.</summary>
    public int Batch { get; init; } = 512;

    /// <summary>S, slots of one id each, the first half (rounded down) the user's; &gt;= 2. Default: 24.</summary>
    public int Slots { get; init; } = 24;

    /// <summary>D, floats of a row, &gt;= 1. Default: 16.</summary>
    public int Dim { get; init; } = 16;

    /// <summary>L, items of every history, &gt;= 0. Default: 50.</summary>
    public int History { get; init; } = 50;

    /// <summary>A, hidden units of an attention, &gt;= 1. Default: 16.</summary>
    public int Attention { get; init; } = 16;

    /// <summary>K, negatives of the auxiliary loss, &gt;= 0. Default: 20.</summary>
    public int Negatives { get; init; } = 20;

    /// <summary>Units of each layer of a tower. Default: 256, 128, 64.</summary>
    public IReadOnlyList<int> Layers { get; init; } = [256, 128, 64];

    /// <summary>T, tasks, each the parent of the next; &gt;= 1. Default: 2.</summary>
    public int Tasks { get; init; } = 2;

    /// <summary>Ids of a group of slots (<see cref="SlotGroups"/>), &gt;= 1. Default: 1,000,000.</summary>
    public int Vocabulary { get; init; } = 1_000_000;

    /// <summary>Exponent of the popularity of ids, &gt;= 0: the k-th has a share of k^−Zipf. Default: 1.05.</summary>
    public double Zipf { get; init; } = 1.05;

    /// <summary>Threads that learn or rank, &gt;= 1. Default: all cores.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Time to measure, after the warm-up. Default: 10 s.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Samples of a batch that share a request, next to each other, &gt;= 1; training computes their user side once. Default: 1.</summary>
    public int Impressions { get; init; } = 1;

    /// <summary>C, candidates of a request, &gt;= 1. Default: 300.</summary>
    public int Candidates { get; init; } = 300;

    /// <summary>Slots of the user; the others are the item's, the first of them the item itself.</summary>
    public int UserSlots => Slots / 2;
}
