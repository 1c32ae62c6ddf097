using Freshet.Embeddings;
using Freshet.Models.Parameters;

namespace Freshet.Models;

/// <summary>Points in the training of a model to which it can return, bit for bit; numbered from 0, the oldest.</summary>
/// <remarks>
/// A point costs a copy of the dense parameters, and of every row that is changed before the next point (<see cref="TableHistory"/>).
/// Returning costs as much as what changed after it. While there is a history nothing else may overwrite the model (<see cref="RankingModel.CopyFrom"/>).
/// One thread. Native memory: dispose of it before the model.
/// </remarks>
public sealed class ModelHistory : IDisposable
{
    private readonly RankingModel _model;
    private readonly TableHistory[] _tables;
    private readonly List<DensePoint> _dense = [];
    private readonly List<long> _samples = [];

    /// <summary>No points yet.</summary>
    public ModelHistory(RankingModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        _tables = [.. model.Embeddings.All.ToArray().Select(table => new TableHistory(table))];
    }

    /// <summary>Points.</summary>
    public int Count => _dense.Count;

    /// <summary>Memory the points hold.</summary>
    public long Bytes => _dense.Sum(point => point.Bytes) + _tables.Sum(table => table.Bytes);

    /// <summary>Makes what the model is now the newest point.</summary>
    public void Add()
    {
        _dense.Add(_model.Dense.Save());
        _samples.Add(_model.Samples);
        Array.ForEach(_tables, table => table.Add());
    }

    /// <summary>The model becomes what it was at a point. Later points are forgotten; the point stays.</summary>
    public void Return(int point)
    {
        _model.ReturnDense(_dense[point], _samples[point]);
        Array.ForEach(_tables, table => table.Return(point));
        for (int later = _dense.Count - 1; later > point; later--)
        {
            RemoveDense(later);
        }
    }

    /// <summary>Forgets a point, not the first; one can still return to the others.</summary>
    public void Remove(int point)
    {
        Array.ForEach(_tables, table => table.Remove(point));
        RemoveDense(point);
    }

    /// <summary>Forgets all points.</summary>
    public void Clear()
    {
        Array.ForEach(_tables, table => table.Clear());
        _dense.ForEach(point => point.Dispose());
        _dense.Clear();
        _samples.Clear();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Clear();
        Array.ForEach(_tables, table => table.Dispose());
    }

    private void RemoveDense(int point)
    {
        _dense[point].Dispose();
        _dense.RemoveAt(point);
        _samples.RemoveAt(point);
    }
}
