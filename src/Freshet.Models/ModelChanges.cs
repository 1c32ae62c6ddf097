using Freshet.Kernels;
using Freshet.Native;

namespace Freshet.Models;

/// <summary>
/// What a model has that it had not at its last <see cref="RankingModel.ClearChanges"/>, as far as ranking reads it: rows that were changed or
/// admitted, and the dense weights.
/// </summary>
/// <remarks>
/// A copy of what was equal then predicts, after <see cref="ApplyTo"/>, what the model predicted here, bit for bit; it cannot go on learning, for optimiser
/// state and counts of ids without a row are left out. Costs what changed, and a copy of the dense weights.
/// </remarks>
public sealed class ModelChanges
{
    private readonly TableChanges[] _tables;
    private readonly float[] _dense;

    /// <summary>Copies the changes of <paramref name="model"/>; its marks stay.</summary>
    public ModelChanges(RankingModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        _tables = [.. model.Embeddings.All.ToArray().Select(table => new TableChanges(table))];
        _dense = model.Dense.CopyWeights();
        GC.KeepAlive(model);
    }

    private ModelChanges(TableChanges[] tables, float[] dense) => (_tables, _dense) = (tables, dense);

    /// <summary>Rows that were changed or admitted.</summary>
    public int Rows => _tables.Sum(table => table.Count);

    /// <summary>Whether every number is finite.</summary>
    public bool IsFinite => Finite.All(_dense) && Array.TrueForAll(_tables, table => table.IsFinite);

    /// <summary>Writes the changes for a checkpoint.</summary>
    public void Save(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(_tables.Length);
        foreach (TableChanges table in _tables)
        {
            table.Save(writer);
        }

        writer.Write(_dense.Length);
        writer.Write(ByteView.Of((ReadOnlySpan<float>)_dense));
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static ModelChanges Restore(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var tables = new TableChanges[reader.ReadInt32()];
        foreach (ref TableChanges table in tables.AsSpan())
        {
            table = TableChanges.Restore(reader);
        }

        float[] dense = new float[reader.ReadInt32()];
        reader.BaseStream.ReadExactly(ByteView.Of(dense.AsSpan()));
        return new ModelChanges(tables, dense);
    }

    /// <summary>Writes the changes into <paramref name="model"/>, of the same scene. Not while anyone predicts with it.</summary>
    public void ApplyTo(RankingModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        for (int table = 0; table < _tables.Length; table++)
        {
            _tables[table].ApplyTo(model.Embeddings[table]);
        }

        model.Dense.SetWeights(_dense);
        model.Prepare();
        GC.KeepAlive(model);
    }
}
