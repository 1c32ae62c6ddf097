using Freshet.Core.Snapshots;
using Freshet.Embeddings;
using Freshet.Kernels;
using Freshet.Models;
using Freshet.Models.Batches;
using Freshet.Models.Blocks;
using Freshet.Models.Parameters;
using Freshet.Scenes;

namespace Freshet.Tests.Golden;

/// <summary>A model whose parameters and rows are given, and whose blocks can be run one by one.</summary>
internal sealed class ModelBench : IDisposable
{
    public ModelBench(Scene scene)
    {
        Scene = scene;
        Model = RankingModel.Create(scene);
        foreach (EmbeddingTable table in Model.Embeddings.All)
        {
            Tables[table.Options.Name] = table;
        }
    }

    public Scene Scene { get; }

    public RankingModel Model { get; }

    public Dictionary<string, EmbeddingTable> Tables { get; } = [];

    public Pass Pass => Model.LastPass;

    /// <summary>A scene in which an id without a row never gets one.</summary>
    public static Scene Scene0(
        string model, IReadOnlyList<Slot> slots, int dim, int tasks = 1, int dense = 0, HistoryOptions? history = null, int historyBehaviours = 0,
        ModelOptions? options = null) => new()
        {
            Name = "golden",
            Behaviours = [.. Enumerable.Range(0, Math.Max(tasks, historyBehaviours)).Select(task => new Behaviour { Name = "task" + task, EventType = "event" + task })],
            Slots = slots,
            Dense = [.. Enumerable.Range(0, dense).Select(i => new DenseFeature { Name = "dense" + i, Source = new NumericSource { Kind = NumericKind.Closeness } })],
            History = history ?? new HistoryOptions(),
            Model = (options ?? new ModelOptions()) with { Name = model, Dim = dim, PositionBias = false },
        };

    public static Slot Slot(string name, string table, bool isUser = false, Pooling pooling = Pooling.Sum) => new()
    {
        Name = name,
        Table = table,
        Pooling = pooling,
        Source = new Selector(isUser ? SelectorKind.UserField : SelectorKind.ItemField, name),
        Admission = new AdmissionOptions { Full = int.MaxValue, Incremental = int.MaxValue },
    };

    /// <summary>Gives id <paramref name="id"/> of a table this vector.</summary>
    public void SetRow(string table, ulong id, ReadOnlySpan<float> vector) =>
        vector.CopyTo(Tables[table].Vector(Tables[table].Sight(id, 1)));

    /// <summary>Sets a dense parameter, row-major.</summary>
    public void Set(string name, ReadOnlySpan<float> values) => Model.Dense.Find(name).Write(Model.Dense, 0, values);

    public float[] Weights(string name) => Read(name, 0);

    /// <summary>Gradient of a dense parameter, summed over samples.</summary>
    public float[] Gradient(string name) => Read(name, 3);

    public float[] Read(string name, int kind)
    {
        DenseTensor tensor = Model.Dense.Find(name);
        float[] values = new float[tensor.Count];
        tensor.Read(Model.Dense, kind, values);
        return values;
    }

    /// <summary>Turns to a batch as learning does, and runs nothing of the blocks yet.</summary>
    public void Begin(SnapshotColumns columns, ReadOnlySpan<int> choices)
    {
        Model.Prepare();
        Pass.Begin(Model.Shape, Model.Sparse, columns, 0, columns.Count, learns: true);
        Run(Model.Sparse, (_, piece) => Model.Finder.Find(Pass, piece), Model.Finder.BeginFind(Pass));
        Model.Finder.EndFind(Pass, useReferenceBias: false);
        if (!choices.IsEmpty)
        {
            Pass.Choices.Set(Pass.Groups, Model.Shape.Negatives, Model.Shape.AuxiliaryWeight, choices);
        }

        Pass.MakeRoom(Model.Shape, Model.Plan);
        Model.Learner.Begin(Pass, 1);
        for (int group = 0; group < Pass.Groups.Count; group += Pass.GroupPiece)
        {
            Pass.ClearPartials(group);
        }
    }

    public T Block<T>()
        where T : Block => Model.Blocks.OfType<T>().Single();

    public static void Run(Block block, Action<Block, int> pieces, int count)
    {
        for (int piece = 0; piece < count; piece++)
        {
            pieces(block, piece);
        }
    }

    /// <summary>All elements of a matrix of the pass, row-major.</summary>
    public float[] Matrix(int handle, int rows, int firstColumn = 0, int? columns = null)
    {
        PanelMatrix matrix = Pass[handle];
        int width = columns ?? matrix.Columns;
        return [.. Enumerable.Range(0, rows * width).Select(i => matrix[i / width, firstColumn + (i % width)])];
    }

    /// <summary>Overwrites some columns of a matrix of the pass, row-major.</summary>
    public static void Fill(PanelMatrix matrix, int firstColumn, int columns, ReadOnlySpan<float> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            matrix[i / columns, firstColumn + (i % columns)] = values[i];
        }
    }

    public void Dispose() => Model.Dispose();
}
