using Freshet.Core.Scenes;
using Freshet.Core.Snapshots;
using Freshet.Embeddings;
using Freshet.Kernels;

namespace Freshet.Models;

/// <summary>From ids to h_0 and the wide logits, and back: lookup, admission, pooling, and the gradients of rows.</summary>
internal sealed class SparseInput : IDisposable
{
    private const float AdagradEpsilon = 1e-8f;
    private const string BiasTable = "(position)";
    private readonly ModelShape _shape;
    private readonly EmbeddingTable[] _tables;
    private readonly RowGradients[] _gradients;
    private readonly SlotInput[] _slots;
    private readonly int _bias = -1;
    private readonly FtrlSettings _wide;
    private readonly float _learningRate;

    public SparseInput(ModelShape shape)
    {
        _shape = shape;
        Scene scene = shape.Scene;
        var names = new List<string>();
        _slots = [.. scene.Slots.Select(slot => new SlotInput(slot, IndexOf(names, slot.Table)))];
        int wide = shape.Blocks.Wide ? shape.Tasks : 0;
        var tables = new List<EmbeddingTable>(names.Select(name => Table(name, shape.Dim, wide)));
        if (scene.Model.PositionBias)
        {
            _bias = tables.Count;
            tables.Add(Table(BiasTable, 0, shape.Tasks));
        }

        _tables = [.. tables];
        _gradients = [.. tables.Select(table => new RowGradients(table))];
        TrainingOptions training = scene.Training;
        _learningRate = (float)training.RowLearningRate;
        _wide = new FtrlSettings(
            (float)training.WideAlpha, (float)training.WideBeta, (float)training.WideL1, (float)training.WideL2);

        EmbeddingTable Table(string name, int dim, int tasks) => new(new EmbeddingTableOptions
        {
            Name = name,
            Dim = dim,
            Tasks = tasks,
            Seed = scene.Model.Seed,
            InitialAccumulator = (float)scene.Training.RowInitialAccumulator,
        });
    }

    public ReadOnlySpan<EmbeddingTable> Tables => _tables;

    public ReadOnlySpan<RowGradients> Gradients => _gradients;

    /// <summary>Finds the rows of a batch; ids without one stay without.</summary>
    public void Find(SnapshotColumns columns, int first, int count, bool useReferenceBias, ModelWorkspace workspace)
    {
        int at = 0;
        for (int sample = 0; sample < count; sample++)
        {
            for (int slot = 0; slot < _slots.Length; slot++)
            {
                EmbeddingTable table = _tables[_slots[slot].Table];
                ReadOnlySpan<ulong> ids = columns.Ids(first + sample, slot);
                MakeRoom(workspace, at + ids.Length);
                foreach (ulong id in ids)
                {
                    workspace.Rows[at++] = table.Find(id);
                }
            }

            ulong bias = useReferenceBias ? columns.ReferenceBiasId(first + sample) : columns.BiasId(first + sample);
            workspace.BiasRows[sample] = _bias < 0 || bias == 0 ? -1 : _tables[_bias].Find(bias);
        }
    }

    /// <summary>Sights the ids of a batch in order of sample, slot and bag, and finds their rows.</summary>
    public void Sight(SnapshotColumns columns, LearnPhase phase, ModelWorkspace workspace)
    {
        int at = 0;
        for (int sample = 0; sample < columns.Count; sample++)
        {
            for (int slot = 0; slot < _slots.Length; slot++)
            {
                SlotInput input = _slots[slot];
                EmbeddingTable table = _tables[input.Table];
                ReadOnlySpan<ulong> ids = columns.Ids(sample, slot);
                int threshold = phase == LearnPhase.Base ? input.Full : input.Incremental;
                bool learns = input.Learns(phase);
                MakeRoom(workspace, at + ids.Length);
                foreach (ulong id in ids)
                {
                    workspace.Rows[at++] = learns ? table.Sight(id, threshold) : table.Find(id);
                }
            }

            ulong bias = columns.BiasId(sample);
            workspace.BiasRows[sample] = _bias < 0 || bias == 0 ? -1 : _tables[_bias].Sight(bias, 1);
        }
    }

    /// <summary>Pools the rows into h_0 and adds the wide weights to the logits.</summary>
    public void Forward(SnapshotColumns columns, int first, int count, ModelWorkspace workspace)
    {
        int at = 0, tasks = _shape.Tasks, dim = _shape.Dim;
        for (int sample = 0; sample < count; sample++)
        {
            Span<float> logits = workspace.Logits.AsSpan(sample * tasks, tasks);
            Span<float> h = workspace.Inputs.AsSpan(sample * _shape.Inputs, _shape.Inputs);
            for (int slot = 0; slot < _slots.Length; slot++)
            {
                EmbeddingTable table = _tables[_slots[slot].Table];
                int length = columns.Ids(first + sample, slot).Length;
                ReadOnlySpan<int> rows = workspace.Rows.AsSpan(at, length);
                at += length;
                if (dim > 0)
                {
                    Pool(table, rows, _slots[slot].IsMean, h.Slice(slot * dim, dim));
                }

                if (_shape.Blocks.Wide)
                {
                    AddWide(table, rows, logits);
                }
            }

            if (_shape.Blocks.Deep)
            {
                columns.Dense(first + sample).CopyTo(h[(_slots.Length * dim)..]);
            }

            if (workspace.BiasRows[sample] >= 0)
            {
                AddWide(_tables[_bias], workspace.BiasRows.AsSpan(sample, 1), logits);
            }
        }
    }

    /// <summary>Sums the gradients of the rows of a batch, sample by sample.</summary>
    public void Backward(SnapshotColumns columns, LearnPhase phase, LearnWorkspace learn)
    {
        foreach (RowGradients gradients in _gradients)
        {
            gradients.Begin();
        }

        ModelWorkspace workspace = learn.Forward;
        int at = 0, tasks = _shape.Tasks, dim = _shape.Dim;
        for (int sample = 0; sample < columns.Count; sample++)
        {
            ReadOnlySpan<float> logits = learn.LogitGradients.AsSpan(sample * tasks, tasks);
            ReadOnlySpan<float> h = learn.InputGradients.AsSpan(sample * _shape.Inputs, _shape.Inputs);
            for (int slot = 0; slot < _slots.Length; slot++)
            {
                int length = columns.Ids(sample, slot).Length;
                ReadOnlySpan<int> rows = workspace.Rows.AsSpan(at, length);
                at += length;
                if (_slots[slot].Learns(phase))
                {
                    float scale = _slots[slot].IsMean ? 1f / length : 1;
                    AddGradients(_gradients[_slots[slot].Table], rows, dim > 0 ? h.Slice(slot * dim, dim) : [], scale, logits);
                }
            }

            if (workspace.BiasRows[sample] >= 0)
            {
                AddGradients(_gradients[_bias], workspace.BiasRows.AsSpan(sample, 1), [], 1, logits);
            }
        }
    }

    public bool GradientsAreFinite()
    {
        foreach (RowGradients gradients in _gradients)
        {
            if (!gradients.AllFinite())
            {
                return false;
            }
        }

        return true;
    }

    public void Step()
    {
        foreach (RowGradients gradients in _gradients)
        {
            gradients.Step(_learningRate, AdagradEpsilon, _wide);
        }
    }

    public void CopyFrom(SparseInput other)
    {
        for (int table = 0; table < _tables.Length; table++)
        {
            _tables[table].CopyFrom(other._tables[table]);
        }
    }

    public void Dispose()
    {
        foreach (EmbeddingTable table in _tables)
        {
            table.Dispose();
        }
    }

    private static int IndexOf(List<string> names, string name)
    {
        int index = names.IndexOf(name);
        if (index < 0)
        {
            index = names.Count;
            names.Add(name);
        }

        return index;
    }

    private static void MakeRoom(ModelWorkspace workspace, int length)
    {
        if (workspace.Rows.Length < length)
        {
            Array.Resize(ref workspace.Rows, Math.Max(length, Math.Max(256, 2 * workspace.Rows.Length)));
        }
    }

    private static void Pool(EmbeddingTable table, ReadOnlySpan<int> rows, bool isMean, Span<float> pooled)
    {
        pooled.Clear();
        foreach (int row in rows)
        {
            if (row >= 0)
            {
                Vectors.Add(pooled, table.Vector(row));
            }
        }

        if (isMean && rows.Length > 1)
        {
            Vectors.Scale(pooled, 1f / rows.Length);
        }
    }

    private static void AddWide(EmbeddingTable table, ReadOnlySpan<int> rows, Span<float> logits)
    {
        foreach (int row in rows)
        {
            if (row >= 0)
            {
                Vectors.Add(logits, table.WideWeights(row));
            }
        }
    }

    private static void AddGradients(
        RowGradients gradients, ReadOnlySpan<int> rows, ReadOnlySpan<float> vector, float scale, ReadOnlySpan<float> logits)
    {
        foreach (int row in rows)
        {
            if (row < 0)
            {
                continue;
            }

            int place = gradients.Use(row);
            if (!vector.IsEmpty)
            {
                Vectors.AddScaled(gradients.Vector(place), vector, scale);
            }

            Span<float> wide = gradients.Wide(place);
            if (!wide.IsEmpty)
            {
                Vectors.Add(wide, logits);
            }
        }
    }

    private readonly struct SlotInput(Slot slot, int table)
    {
        public int Table { get; } = table;

        public bool IsMean { get; } = slot.Pooling == Pooling.Mean;

        public int Full { get; } = slot.Admission.Full;

        public int Incremental { get; } = slot.Admission.Incremental;

        private bool IsFrozen { get; } = slot.Freeze == Freeze.Rows;

        public bool Learns(LearnPhase phase) => phase == LearnPhase.Base || !IsFrozen;
    }
}
