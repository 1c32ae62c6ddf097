using Freshet.Embeddings;

namespace Freshet.Experiments.Slots;

/// <summary>Adds up how far the rows of some ids are from those of the base.</summary>
internal sealed class RowComparison(EmbeddingTable before, EmbeddingTable after)
{
    private int _moved;
    private int _added;
    private int _vectors;
    private double _wide;
    private double _vector;

    public int Changed => _moved + _added;

    public void Add(ulong id)
    {
        int old = before.Find(id), now = after.Find(id);
        if (now < 0)
        {
            return;
        }

        if (old < 0)
        {
            _added++;
            return;
        }

        Span<float> v = before.Vector(old), w = before.WideWeights(old);
        if (v.SequenceEqual(after.Vector(now)) && w.SequenceEqual(after.WideWeights(now)))
        {
            return;
        }

        _moved++;
        _wide += w.Length == 0 ? 0 : Distances(w, after.WideWeights(now)).Absolute / w.Length;
        double norm = Distances(v, []).Square;
        if (norm > 0)
        {
            _vectors++;
            _vector += Math.Sqrt(Distances(v, after.Vector(now)).Square / norm);
        }
    }

    public SlotChanges Changes(int allChanged) => new(
        _moved, _added, _moved == 0 || before.Options.Tasks == 0 ? null : _wide / _moved, _vectors == 0 ? null : _vector / _vectors,
        allChanged == 0 ? 0 : (double)Changed / allChanged);

    /// <summary>Σ |a − b| and Σ (a − b)²; an empty b is zero.</summary>
    private static (double Absolute, double Square) Distances(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double absolute = 0, square = 0;
        for (int i = 0; i < a.Length; i++)
        {
            double difference = (double)a[i] - (b.IsEmpty ? 0 : b[i]);
            absolute += Math.Abs(difference);
            square += difference * difference;
        }

        return (absolute, square);
    }
}
