using System.Text.Json.Serialization;

namespace Freshet.Experiments.Reports;

/// <summary>The report of <c>bench train</c> and <c>bench rank</c>; every field is described in docs/formats.md.</summary>
public sealed record BenchmarkReport
{
    /// <summary><c>train</c> or <c>rank</c>.</summary>
    public required string Benchmark { get; init; }

    /// <summary>Samples learnt a second; median slice.</summary>
    public double? TrainSamplesPerSecond { get; init; }

    /// <summary>The slowest slice.</summary>
    public double? TrainSamplesPerSecondMin { get; init; }

    /// <summary>The fastest slice.</summary>
    public double? TrainSamplesPerSecondMax { get; init; }

    /// <summary>Candidates ranked a second; median slice.</summary>
    public double? RankCandidatesPerSecond { get; init; }

    /// <summary>The slowest slice.</summary>
    public double? RankCandidatesPerSecondMin { get; init; }

    /// <summary>The fastest slice.</summary>
    public double? RankCandidatesPerSecondMax { get; init; }

    /// <summary>Median time of a request, in µs; written as <c>rank_CANDIDATES_p50_us</c>.</summary>
    [JsonIgnore]
    public double? RankP50Us { get; init; }

    /// <summary>99 % of requests take no longer, in µs; written as <c>rank_CANDIDATES_p99_us</c>.</summary>
    [JsonIgnore]
    public double? RankP99Us { get; init; }

    /// <summary>Floating-point operations that a step needs: a batch learnt, or a request ranked.</summary>
    public required double FlopPerStep { get; init; }

    /// <summary>Operations done a second, in 10⁹; median slice.</summary>
    public required double Gflops { get; init; }

    /// <summary>The FMA ceiling of as many threads, measured between the slices; median, in 10⁹ a second.</summary>
    public required double FmaPeakGflops { get; init; }

    /// <summary><see cref="Gflops"/> ÷ <see cref="FmaPeakGflops"/>.</summary>
    public required double ShareOfFmaPeak { get; init; }

    /// <summary>Managed bytes that a step allocates, all threads; mean.</summary>
    public required double AllocatedBytesPerStep { get; init; }

    /// <summary>Rows of all tables.</summary>
    public required long Rows { get; init; }

    /// <summary>Bytes of the rows' vectors, wide weights and optimiser state.</summary>
    public required long BytesRowsAndState { get; init; }

    /// <summary>Memory that the tables hold, ids, counts and spare room too.</summary>
    public required long BytesTable { get; init; }

    /// <summary>Name in the zoo.</summary>
    public required string Model { get; init; }

    /// <summary>B.</summary>
    public required int Batch { get; init; }

    /// <summary>S.</summary>
    public required int Slots { get; init; }

    /// <summary>D.</summary>
    public required int Dim { get; init; }

    /// <summary>L.</summary>
    public required int History { get; init; }

    /// <summary>A.</summary>
    public required int Attention { get; init; }

    /// <summary>K.</summary>
    public required int Negatives { get; init; }

    /// <summary>Units of each layer.</summary>
    public required IReadOnlyList<int> Layers { get; init; }

    /// <summary>T.</summary>
    public required int Tasks { get; init; }

    /// <summary>Ids of a group of slots.</summary>
    public required int Vocabulary { get; init; }

    /// <summary>Exponent of the popularity of ids.</summary>
    public required double Zipf { get; init; }

    /// <summary>Threads asked for.</summary>
    public required int Threads { get; init; }

    /// <summary>Time measured.</summary>
    public required double Seconds { get; init; }

    /// <summary>Samples of a batch that share a request; absent from <c>rank</c>.</summary>
    public int? Impressions { get; init; }

    /// <summary>C; absent from <c>train</c>.</summary>
    public int? Candidates { get; init; }
}
