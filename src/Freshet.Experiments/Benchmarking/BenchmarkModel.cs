using Freshet.Core.Snapshots;
using Freshet.Models;
using Freshet.Models.Threads;
using Freshet.Scenes;
using Freshet.Serving;

namespace Freshet.Experiments.Benchmarking;

/// <summary>The engine as the benchmarks use it; the one place that changes with its API.</summary>
internal sealed class BenchmarkModel : IDisposable
{
    private readonly RankingModel _model;
    private readonly Ranker _ranker;
    private readonly WorkerTeam _team;

    /// <param name="scene">Its scene.</param>
    /// <param name="threads">Threads that share a step, or a request.</param>
    public BenchmarkModel(Scene scene, int threads)
    {
        _team = new WorkerTeam(threads);
        _model = RankingModel.Create(scene);
        _model.Team = _team;
        _ranker = new Ranker(scene, _team);
    }

    /// <summary>Rows of all tables.</summary>
    public long Rows => _model.Tables.Sum(table => (long)table.Rows);

    /// <summary>What the rows must hold: vectors, wide weights and optimiser state.</summary>
    public long RowBytes => _model.Tables.Sum(table => table.RowBytes);

    /// <summary>Memory that the tables hold, ids, counts and spare room too.</summary>
    public long TableBytes => _model.Tables.Sum(table => table.Bytes);

    /// <summary>One step of training; the loss before it.</summary>
    public double Learn(LearnBatch batch) => _model.Learn(batch, LearnPhase.Base);

    /// <summary>Ranks the candidates of one request.</summary>
    public void Rank(SnapshotColumns candidates, float[] probabilities, int[] order) =>
        _ranker.Rank(_model, candidates, requestSeed: 1, probabilities, order);

    public void Dispose()
    {
        _model.Dispose();
        _team.Dispose();
    }
}
