using Freshet.Core.Snapshots;
using Freshet.Embeddings;
using Freshet.Models.Batches;
using Freshet.Models.Blocks;
using Freshet.Models.Inputs;
using Freshet.Models.Parameters;
using Freshet.Models.Threads;
using Freshet.Scenes;

namespace Freshet.Models;

/// <summary>A multi-task ranking model: the network of a scene with all its rows and optimiser state.</summary>
/// <remarks>
/// Deterministic to the bit: same scene, same batches in the same order, same weights, on every CPU and for any number of threads. One caller
/// at a time may <c>Learn</c>; many may <c>Predict</c> while none learns, each with a workspace of its own. Holds native memory:
/// dispose of it, or leave that to the collector. In steady state neither allocates.
/// </remarks>
public sealed class RankingModel : IDisposable
{
    private const int ChunkRows = 1024;
    private readonly Pass _pass = new();
    private WorkerTeam _team = WorkerTeam.Alone;
    private PassRunner? _runner;

    private RankingModel(ModelShape shape)
    {
        Shape = shape;
        Inputs = new ModelInputs(shape.Layout, Plan);
        Embeddings = new SparseTables(shape);
        Finder = new RowFinder(shape, Embeddings);
        Learner = new RowLearner(shape, Embeddings, Inputs);
        Sparse = new SparseInput(shape, Dense, Inputs, Embeddings, Learner);
        Blocks = Network.Build(shape, Dense, Plan, Inputs, Sparse, Learner);
        Dense.Allocate();
        Heads = new Heads(shape);
        Rates = new LearningRates(shape.Scene.Training);
        GradientPieces = [.. Blocks.SelectMany(block => Enumerable.Range(0, block.GradientPieces).Select(piece => (block, piece)))];
        BackwardPieces = [.. Blocks.SelectMany(block => Enumerable.Range(0, block.BackwardPieces).Select(piece => (block, piece)))];
    }

    /// <summary>T, tasks, in the order of the scene's behaviours.</summary>
    public int TaskCount => Shape.Tasks;

    /// <summary>R, regressions, in the order of the scene.</summary>
    public int RegressionCount => Shape.Heads - Shape.Tasks;

    /// <summary>Optimiser steps taken since the model was created.</summary>
    public long Steps => Dense.Steps;

    /// <summary>Samples learnt since the model was created, each pass counted.</summary>
    public long Samples { get; internal set; }

    /// <summary>
    /// The <see cref="Samples"/> that Poisson admission looks ahead to; saved with the model. Default: 0, and it admits as the hard rule does.
    /// </summary>
    public long Horizon { get; set; }

    /// <summary>
    /// Counts of all that the run under way learns, for slots with <c>count: batch</c>; not part of the model. Default: null, and they count as samples are learnt.
    /// </summary>
    public RunCounts? RunCounts { get; set; }

    /// <summary>Threads that share the work of <c>Learn</c>. Default: the caller alone. The bits are the same for any number.</summary>
    public WorkerTeam Team
    {
        get => _team;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (!ReferenceEquals(value, _team))
            {
                (_team, _runner) = (value, null);
            }
        }
    }

    /// <summary>The embedding tables, that of positions last.</summary>
    public IReadOnlyList<TableStatistics> Tables
    {
        get
        {
            var tables = new List<TableStatistics>();
            foreach (EmbeddingTable table in Embeddings.All)
            {
                tables.Add(new TableStatistics(table.Options.Name, table.Count, (long)table.Count * table.RowLength * sizeof(float), table.Bytes));
            }

            return tables;
        }
    }

    /// <summary>The table that a slot reads. To look at, not to change; it goes with the model.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such slot.</exception>
    public EmbeddingTable TableOf(int slot) => Embeddings.Of(slot);

    /// <summary>The names of the zoo.</summary>
    public static IReadOnlyList<string> Zoo { get; } = [.. ModelZoo.Names];

    internal ModelShape Shape { get; }

    internal WorkspacePlan Plan { get; } = new();

    internal DenseParameters Dense { get; } = new();

    internal ModelInputs Inputs { get; }

    internal SparseTables Embeddings { get; }

    internal RowFinder Finder { get; }

    internal RowLearner Learner { get; }

    internal SparseInput Sparse { get; }

    internal Block[] Blocks { get; }

    internal Heads Heads { get; }

    internal LearningRates Rates { get; }

    internal IReadOnlyList<(Block Block, int Piece)> GradientPieces { get; }

    internal IReadOnlyList<(Block Block, int Piece)> BackwardPieces { get; }

    /// <summary>Whether parameters changed since the backward pass was prepared.</summary>
    internal bool NeedsPreparation { get; set; } = true;

    /// <summary>The pass of the last <c>Learn</c>.</summary>
    internal Pass LastPass => _pass;

    /// <summary>A new model of <paramref name="scene"/>, its weights drawn from <see cref="ModelOptions.Seed"/>.</summary>
    /// <exception cref="SceneException">The zoo has no such model, or a size is out of range.</exception>
    public static RankingModel Create(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        var model = new RankingModel(new ModelShape(scene));
        model.Dense.Initialize(scene.Model.Seed);
        model.Prepare();
        return model;
    }

    /// <summary>Reads a model that <see cref="Save"/> wrote. It goes on learning as if it had never stopped, bit for bit.</summary>
    /// <exception cref="ModelSnapshotException">The stream is truncated or damaged, or the model is of another scene or version.</exception>
    public static RankingModel Load(Scene scene, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(stream);
        var model = new RankingModel(new ModelShape(scene));
        try
        {
            RankingModelFile.Read(model, stream);
        }
        catch
        {
            model.Dispose();
            throw;
        }

        model.Prepare();
        return model;
    }

    /// <summary>Writes everything a restart needs (docs/formats.md). Equal models give equal bytes.</summary>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        RankingModelFile.Write(this, stream);
        GC.KeepAlive(this);
    }

    /// <summary>Whether every weight and all optimiser state are finite. Reads the whole model.</summary>
    public bool IsFinite()
    {
        bool finite = Dense.IsFinite();
        foreach (EmbeddingTable table in Embeddings.All)
        {
            finite &= table.IsFinite();
        }

        GC.KeepAlive(this);
        return finite;
    }

    /// <summary>Rows of all tables with a number in the vector or a wide weight that is not zero. Reads the whole model.</summary>
    public long CountNonzeroRows()
    {
        long count = 0;
        foreach (EmbeddingTable table in Embeddings.All)
        {
            count += table.CountNonzeroRows();
        }

        GC.KeepAlive(this);
        return count;
    }

    /// <summary>An equal model that shares nothing with this one but its team.</summary>
    public RankingModel Clone()
    {
        var clone = new RankingModel(Shape) { Team = Team };
        clone.CopyFrom(this);
        return clone;
    }

    /// <summary>Becomes equal to <paramref name="other"/>: weights, optimiser state and counts. Bulk copies; buffers are kept.</summary>
    /// <exception cref="ArgumentException">The models have different shapes.</exception>
    public void CopyFrom(RankingModel other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!ReferenceEquals(other.Shape, Shape) && other.Shape.Describe() != Shape.Describe())
        {
            throw new ArgumentException(
                $"A model cannot become equal to one of another shape: this is '{Shape.Describe()}', the other '{other.Shape.Describe()}'.",
                nameof(other));
        }

        Dense.CopyFrom(other.Dense);
        (Samples, Horizon) = (other.Samples, other.Horizon);
        Embeddings.CopyFrom(other.Embeddings);
        Prepare();
        GC.KeepAlive(other);
        GC.KeepAlive(this);
    }

    /// <summary>Sets the mark: from here on, no row of the model is changed (<see cref="ModelChanges"/>).</summary>
    public void ClearChanges()
    {
        foreach (EmbeddingTable table in Embeddings.All)
        {
            table.ClearChanges();
        }

        GC.KeepAlive(this);
    }

    /// <summary>Probabilities of every task, along the behaviour tree where the model has one.</summary>
    /// <param name="rows">Snapshots of this model's scene.</param>
    /// <param name="first">Index of the first row.</param>
    /// <param name="count">Rows.</param>
    /// <param name="probabilities">[count × T], row-major, written; each in [0, 1].</param>
    /// <param name="workspace">The calling thread's buffers.</param>
    /// <param name="referenceBias">
    /// True to rank: every row gets the bias of the reference position. False: each that of the position where it was shown.
    /// </param>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    /// <remarks>Changes nothing in the model: unknown ids contribute zero and stay unknown. A row's result does not depend on the others.</remarks>
    public void Predict(
        SnapshotColumns rows, int first, int count, Span<float> probabilities, ModelWorkspace workspace, bool referenceBias) =>
        Predict(rows, first, count, probabilities, [], workspace, referenceBias);

    /// <summary>Probabilities of every task and values of every regression.</summary>
    /// <param name="rows">Snapshots of this model's scene.</param>
    /// <param name="first">Index of the first row.</param>
    /// <param name="count">Rows.</param>
    /// <param name="probabilities">[count × T], row-major, written; each in [0, 1].</param>
    /// <param name="values">[count × R], row-major, written, in the units of the events; or empty.</param>
    /// <param name="workspace">The calling thread's buffers.</param>
    /// <param name="referenceBias">As in the other overload.</param>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    public void Predict(
        SnapshotColumns rows, int first, int count, Span<float> probabilities, Span<float> values, ModelWorkspace workspace, bool referenceBias)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(workspace);
        RequireSchema(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first + count, rows.Count);
        RequireLength(probabilities.Length, count, TaskCount, nameof(probabilities));
        if (!values.IsEmpty)
        {
            RequireLength(values.Length, count, RegressionCount, nameof(values));
        }

        PassRunner runner = workspace.Runner ??= new PassRunner(workspace.Pass, workspace.Team);
        for (int done = 0; done < count; done += ChunkRows)
        {
            int chunk = Math.Min(ChunkRows, count - done);
            runner.Predict(this, rows, first + done, chunk, referenceBias);
            workspace.Lookups.Add(workspace.Pass.Slots);
            Span<float> logits = workspace.Pass.Logits[..(chunk * Shape.Heads)];
            Heads.Predict(logits, chunk, probabilities.Slice(done * TaskCount, chunk * TaskCount));
            if (!values.IsEmpty)
            {
                Heads.PredictValues(logits, chunk, values.Slice(done * RegressionCount, chunk * RegressionCount));
            }
        }

        GC.KeepAlive(this);
    }

    /// <summary>Begins an increment: sightings that the scene does not carry into it (<see cref="AdmissionOptions.Carry"/>) are forgotten.</summary>
    public void BeginIncrement()
    {
        for (int slot = 0; slot < Shape.Slots; slot++)
        {
            if (!Shape.Scene.Slots[slot].Admission.Carry)
            {
                TableOf(slot).ClearSightings();
            }
        }
    }

    /// <summary>Learns one batch: forward, backward, and one step of every optimiser.</summary>
    /// <param name="batch">Samples of this model's scene; not changed.</param>
    /// <param name="phase">Base or increment: admission and freezing differ.</param>
    /// <returns>
    /// The loss before the step: Σ_t ω_t · mean of weight·BCE, the regressions' losses, and β times the auxiliary loss. 0 for an empty batch, which
    /// takes no step.
    /// </returns>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    /// <exception cref="ModelException">
    /// The loss or a gradient is not finite{orElse}. No weight was changed and no step counted; the batch's new ids were sighted.
    /// </exception>
    public double Learn(LearnBatch batch, LearnPhase phase) => Learn(batch, phase, []).Loss;

    /// <summary>Gives up the rows that the slots' eviction names: at the end of a base, or of an increment that the next one goes on from.</summary>
    /// <param name="day">Number of the scene's day (<see cref="DateOnly.DayNumber"/>) of the newest sample that was learnt.</param>
    /// <param name="phase">In a base all rules hold; in an increment that of most rows alone, with room for 5 %, and frozen slots keep all.</param>
    /// <returns>Rows given up, all tables together.</returns>
    /// <exception cref="InvalidOperationException">The model has a history to return to.</exception>
    public int Evict(int day, LearnPhase phase) => Embeddings.Evict(day, phase).Sum();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Block block in Blocks)
        {
            block.Dispose();
        }

        Learner.Dispose();
        Embeddings.Dispose();
        Dense.Dispose();
        _pass.Dispose();
    }

    /// <summary>As <see cref="Learn(LearnBatch, LearnPhase)"/>, with what the auxiliary loss chooses from given.</summary>
    internal (double Loss, double Auxiliary) Learn(LearnBatch batch, LearnPhase phase, ReadOnlySpan<int> choices)
    {
        (double Loss, double Auxiliary) loss = Backward(batch, phase, choices);
        if (batch.Count > 0)
        {
            _runner!.Step();
        }

        GC.KeepAlive(this);
        return loss;
    }

    /// <summary>Loss and gradients of a batch, without a step.</summary>
    internal (double Loss, double Auxiliary) Backward(LearnBatch batch, LearnPhase phase, ReadOnlySpan<int> choices)
    {
        ArgumentNullException.ThrowIfNull(batch);
        RequireSchema(batch.Features);
        if (batch.Count == 0)
        {
            return (0, 0);
        }

        _runner ??= new PassRunner(_pass, _team);
        return _runner.Backward(this, batch, phase, choices);
    }

    /// <summary>Weights, moments and steps of the dense parameters become those of a point, and so does what was learnt.</summary>
    internal void ReturnDense(DensePoint point, long samples)
    {
        Dense.Return(point);
        Samples = samples;
        Prepare();
    }

    /// <summary>Makes changed parameters known to forward passes.</summary>
    internal void Prepare()
    {
        foreach (Block block in Blocks)
        {
            block.Prepare();
        }

        NeedsPreparation = true;
    }

    internal void ThrowNotFinite(string what, string orElse = "") => throw new ModelException(
        $"{what} of step {Steps + 1} is not finite{orElse}. No weight was changed; the model is that of step {Steps}. " +
        "Look for a dense feature, label or weight that is NaN or infinite, or lower the learning rates.");

    private void RequireSchema(SnapshotColumns rows)
    {
        if (rows.Schema.Slots.Count != Shape.Slots || rows.Schema.Dense.Count != Shape.Scene.Dense.Count)
        {
            throw new ArgumentException(
                $"Snapshots of {rows.Schema.Slots.Count} slots and {rows.Schema.Dense.Count} dense features do not fit a model of " +
                $"{Shape.Slots} and {Shape.Scene.Dense.Count}.",
                nameof(rows));
        }
    }

    private static void RequireLength(int length, int count, int columns, string name)
    {
        if (length != count * columns)
        {
            throw new ArgumentException($"'{name}' has {length} values; {count} rows of {columns} need {count * columns}.", name);
        }
    }
}
