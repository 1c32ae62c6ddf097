using Freshet.Core.Scenes;
using Freshet.Core.Snapshots;
using Freshet.Embeddings;
using Freshet.Kernels;

using SplitMix64 = Freshet.Kernels.SplitMix64;

namespace Freshet.Models;

/// <summary>A multi-task ranking model: the network of a scene with all its rows and optimiser state.</summary>
/// <remarks>
/// Deterministic to the bit: same scene, same batches in the same order, same weights, on every CPU. One thread may
/// <see cref="Learn"/>; many may <see cref="Predict"/> while none learns, each with a workspace of its own. Holds native memory: dispose of
/// it, or leave that to the collector. In steady state neither allocates.
/// </remarks>
public sealed class RankingModel : IDisposable
{
    private const int ChunkRows = 256;
    private readonly ModelShape _shape;
    private readonly DenseParameters _dense = new();
    private readonly SparseInput _sparse;
    private readonly ResidualTowers? _towers;
    private readonly FmBlock? _fm;
    private readonly DenseRange _wideBiases;
    private readonly LearnWorkspace _learn = new();

    private RankingModel(ModelShape shape)
    {
        _shape = shape;
        _sparse = new SparseInput(shape);
        _towers = shape.Blocks.Deep ? new ResidualTowers(shape, _dense) : null;
        _fm = shape.Blocks.Fm ? new FmBlock(shape, _dense) : null;
        _wideBiases = _dense.Reserve(shape.Blocks.Wide ? shape.Tasks : 0);
    }

    /// <summary>T, tasks, in the order of the scene's behaviours.</summary>
    public int TaskCount => _shape.Tasks;

    /// <summary>Optimiser steps taken since the model was created.</summary>
    public long Steps => _dense.Steps;

    /// <summary>Parameters that are neither rows nor wide weights.</summary>
    public int DenseCount => _dense.Count;

    /// <summary>The embedding tables, that of positions last.</summary>
    public IReadOnlyList<TableStatistics> Tables
    {
        get
        {
            var tables = new List<TableStatistics>();
            foreach (EmbeddingTable table in _sparse.Tables)
            {
                tables.Add(new TableStatistics(table.Options.Name, table.Count, table.Bytes));
            }

            return tables;
        }
    }

    internal ModelShape Shape => _shape;

    internal DenseParameters Dense => _dense;

    internal SparseInput Sparse => _sparse;

    /// <summary>The names of the zoo.</summary>
    public static IReadOnlyList<string> Zoo { get; } = [.. ModelZoo.Names];

    /// <summary>A new model of <paramref name="scene"/>, its weights drawn from <see cref="ModelOptions.Seed"/>.</summary>
    /// <exception cref="ArgumentException">The zoo has no such model, or a size is out of range.</exception>
    public static RankingModel Create(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        RankingModel model = CreateBlank(new ModelShape(scene));
        var random = new SplitMix64(SplitMix64.Mix(scene.Model.Seed, 0));
        model._towers?.Initialize(ref random);
        model._fm?.Initialize();
        model._towers?.Pack();
        return model;
    }

    /// <summary>Reads a model that <see cref="Save"/> wrote. It goes on learning as if it had never stopped, bit for bit.</summary>
    /// <exception cref="ModelSnapshotException">The stream is truncated or damaged, or the model is of another scene or version.</exception>
    public static RankingModel Load(Scene scene, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(stream);
        RankingModel model = CreateBlank(new ModelShape(scene));
        try
        {
            RankingModelFile.Read(model, stream);
        }
        catch
        {
            model.Dispose();
            throw;
        }

        model._towers?.Pack();
        return model;
    }

    /// <summary>Writes everything a restart needs (docs/formats.md). Equal models give equal bytes.</summary>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        RankingModelFile.Write(this, stream);
        GC.KeepAlive(this);
    }

    /// <summary>An equal model that shares nothing with this one.</summary>
    public RankingModel Clone()
    {
        RankingModel clone = CreateBlank(_shape);
        clone.CopyFrom(this);
        return clone;
    }

    /// <summary>Becomes equal to <paramref name="other"/>: weights, optimiser state and counts. Bulk copies; buffers are kept.</summary>
    /// <exception cref="ArgumentException">The models have different shapes.</exception>
    public void CopyFrom(RankingModel other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!ReferenceEquals(other._shape, _shape) && other._shape.Describe() != _shape.Describe())
        {
            throw new ArgumentException(
                $"A model cannot become equal to one of another shape: this is '{_shape.Describe()}', the other '{other._shape.Describe()}'.",
                nameof(other));
        }

        _dense.CopyFrom(other._dense);
        _sparse.CopyFrom(other._sparse);
        _towers?.Pack();
        GC.KeepAlive(other);
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
        SnapshotColumns rows, int first, int count, Span<float> probabilities, ModelWorkspace workspace, bool referenceBias)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(workspace);
        RequireSchema(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first + count, rows.Count);
        RequireLength(probabilities.Length, count, nameof(probabilities));
        for (int done = 0; done < count; done += ChunkRows)
        {
            int chunk = Math.Min(ChunkRows, count - done);
            workspace.MakeRoom(_shape, chunk);
            _sparse.Find(rows, first + done, chunk, referenceBias, workspace);
            Forward(rows, first + done, chunk, workspace);
            BehaviourTreeLoss.Predict(
                workspace.Logits.AsSpan(0, chunk * TaskCount), _shape.Parents,
                probabilities.Slice(done * TaskCount, chunk * TaskCount));
        }

        GC.KeepAlive(this);
    }

    /// <summary>Learns one batch: forward, backward, and one step of every optimiser.</summary>
    /// <param name="batch">Snapshots of this model's scene; not changed.</param>
    /// <param name="labels">[Count × T], each in [0, 1].</param>
    /// <param name="weights">[Count × T] weight of each term of the loss, or empty for 1.</param>
    /// <param name="phase">Base or increment: admission and freezing differ.</param>
    /// <returns>The loss before the step: Σ_t ω_t · mean of weight·BCE. 0 for an empty batch, which takes no step.</returns>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    /// <exception cref="ModelException">
    /// The loss or a gradient is not finite. No weight was changed and no step counted; the batch's new ids were sighted.
    /// </exception>
    public double Learn(SnapshotColumns batch, ReadOnlySpan<float> labels, ReadOnlySpan<float> weights, LearnPhase phase)
    {
        ArgumentNullException.ThrowIfNull(batch);
        RequireSchema(batch);
        int count = batch.Count;
        RequireLength(labels.Length, count, nameof(labels));
        if (!weights.IsEmpty)
        {
            RequireLength(weights.Length, count, nameof(weights));
        }

        if (count == 0)
        {
            return 0;
        }

        ModelWorkspace workspace = _learn.Forward;
        _learn.MakeRoom(_shape, count);
        _sparse.Sight(batch, phase, workspace);
        Forward(batch, 0, count, workspace);
        Span<float> logits = workspace.Logits.AsSpan(0, count * TaskCount);
        double loss = BehaviourTreeLoss.Learn(
            logits, labels, weights, _shape.Parents, _shape.TaskWeights, _learn.LogitGradients.AsSpan(0, logits.Length)) / count;
        if (!double.IsFinite(loss) || !Vectors.AllFinite(logits))
        {
            ThrowNotFinite("The loss");
        }

        Backward(batch, count, phase);
        if (!_dense.GradientsAreFinite() || !_sparse.GradientsAreFinite())
        {
            ThrowNotFinite("A gradient");
        }

        TrainingOptions training = _shape.Scene.Training;
        _dense.Step(count, new AdamSettings(training.DenseLearningRate, 0.9, 0.999, 1e-8));
        _sparse.Step();
        _towers?.Pack();
        GC.KeepAlive(this);
        return loss;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sparse.Dispose();
        _towers?.Dispose();
    }

    private static RankingModel CreateBlank(ModelShape shape) => new(shape);

    private void Forward(SnapshotColumns rows, int first, int count, ModelWorkspace workspace)
    {
        Span<float> logits = workspace.Logits.AsSpan(0, count * TaskCount);
        logits.Clear();
        _sparse.Forward(rows, first, count, workspace);
        _towers?.Forward(count, workspace);
        _fm?.Forward(count, workspace);
        if (_shape.Blocks.Wide)
        {
            for (int start = 0; start < logits.Length; start += TaskCount)
            {
                Vectors.Add(logits.Slice(start, TaskCount), _dense.Weights(_wideBiases));
            }
        }
    }

    private void Backward(SnapshotColumns batch, int count, LearnPhase phase)
    {
        _dense.ClearGradients();
        _towers?.Backward(count, _learn.Forward, _learn);
        _fm?.Backward(count, _learn.Forward, _learn);
        if (_shape.Blocks.Wide)
        {
            for (int sample = 0; sample < count; sample++)
            {
                Vectors.Add(_dense.Gradients(_wideBiases), _learn.LogitGradients.AsSpan(sample * TaskCount, TaskCount));
            }
        }

        _sparse.Backward(batch, phase, _learn);
    }

    private void RequireSchema(SnapshotColumns rows)
    {
        if (rows.Schema.Slots.Count != _shape.Slots || rows.Schema.Dense.Count != _shape.Scene.Dense.Count)
        {
            throw new ArgumentException(
                $"Snapshots of {rows.Schema.Slots.Count} slots and {rows.Schema.Dense.Count} dense features do not fit a model of " +
                $"{_shape.Slots} and {_shape.Scene.Dense.Count}.",
                nameof(rows));
        }
    }

    private void RequireLength(int length, int count, string name)
    {
        if (length != count * TaskCount)
        {
            throw new ArgumentException($"'{name}' has {length} values; {count} rows of {TaskCount} tasks need {count * TaskCount}.", name);
        }
    }

    private void ThrowNotFinite(string what) => throw new ModelException(
        $"{what} of step {Steps + 1} is not finite. No weight was changed; the model is that of step {Steps}. " +
        "Look for a dense feature, label or weight that is NaN or infinite, or lower the learning rates.");
}
