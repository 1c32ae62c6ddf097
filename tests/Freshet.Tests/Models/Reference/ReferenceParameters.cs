using Freshet.Embeddings;
using Freshet.Kernels.Rows;
using Freshet.Models.Parameters;
using Freshet.Tests.Golden;

namespace Freshet.Tests.Models.Reference;

/// <summary>All parameters of a model as doubles, by name: dense ones, and of every id its row and its wide weights.</summary>
internal sealed class ReferenceParameters
{
    private readonly Dictionary<string, ReferenceTensor> _dense = [];
    private readonly Dictionary<(string Table, ulong Id), ReferenceTensor> _rows = [];
    private readonly Dictionary<(string Table, ulong Id), ReferenceTensor> _wide = [];

    /// <summary>Draws parameters of the model's shape: multiples of 1/1024, so that float and double start from the same numbers.</summary>
    /// <param name="bench">The model; not changed.</param>
    /// <param name="ids">Table and id of every row.</param>
    /// <param name="random">Decides.</param>
    public ReferenceParameters(ModelBench bench, IEnumerable<(string Table, ulong Id)> ids, Random random)
    {
        foreach (DenseTensor tensor in bench.Model.Dense.Tensors)
        {
            // Sums of many terms are kept of the size of one.
            double scale = tensor.Rows == 1 ? 0.6 : 1.6 / Math.Sqrt(tensor.Columns);
            _dense.Add(tensor.Name, new ReferenceTensor(tensor.Rows, tensor.Columns, Draw(random, tensor.Count, scale)));
        }

        foreach ((string table, ulong id) in ids)
        {
            EmbeddingTableOptions options = bench.Tables[table].Options;
            _rows.Add((table, id), new ReferenceTensor(1, options.Dim, Draw(random, options.Dim, 0.9)));
            _wide.Add((table, id), new ReferenceTensor(1, options.Tasks, Draw(random, options.Tasks, 0.4)));
        }
    }

    public ReferenceTensor this[string name] => _dense[name];

    public bool Has(string name) => _dense.ContainsKey(name);

    /// <summary>A row; null for an id without one.</summary>
    public double[]? Row(string table, ulong id) => _rows.GetValueOrDefault((table, id))?.Values;

    /// <summary>The wide weights of an id; null for an id without a row.</summary>
    public double[]? Wide(string table, ulong id) => _wide.GetValueOrDefault((table, id))?.Values;

    /// <summary>Gives the model these parameters.</summary>
    public void WriteTo(ModelBench bench)
    {
        foreach ((string name, ReferenceTensor tensor) in _dense)
        {
            bench.Set(name, Floats(tensor.Values));
        }

        foreach (((string table, ulong id), ReferenceTensor row) in _rows)
        {
            bench.SetRow(table, id, Floats(row.Values));
            EmbeddingTable rows = bench.Tables[table];
            Floats(_wide[(table, id)].Values).CopyTo(rows.WideWeights(rows.Find(id)));
        }

        bench.Model.Prepare();
    }

    /// <summary>Every parameter with the gradient that the model's last backward pass gave it, a mean over the batch's samples.</summary>
    public IEnumerable<(string Name, double[] Values, float[] Gradient)> WithGradients(ModelBench bench, int samples)
    {
        foreach ((string name, ReferenceTensor tensor) in _dense)
        {
            yield return (name, tensor.Values, Mean(bench.Gradient(name), samples));
        }

        string[] tables = [.. bench.Tables.Keys];
        foreach (((string table, ulong id), ReferenceTensor row) in _rows)
        {
            RowSums sums = bench.Model.Learner.SumsOf(Array.IndexOf(tables, table), 0);
            int at = sums.Rows.IndexOf(bench.Tables[table].Find(id)), dim = row.Values.Length;
            float[] gradient = new float[dim + _wide[(table, id)].Values.Length];
            if (at >= 0)
            {
                sums[at][..gradient.Length].CopyTo(gradient);
            }

            gradient = Mean(gradient, samples);
            yield return ($"row {table} {id}", row.Values, gradient[..dim]);
            yield return ($"wide {table} {id}", _wide[(table, id)].Values, gradient[dim..]);
        }
    }

    private static double[] Draw(Random random, int count, double scale) =>
        [.. Enumerable.Range(0, count).Select(_ => Math.Round(((random.NextDouble() * 2) - 1) * scale * 1024) / 1024)];

    private static float[] Floats(double[] values) => [.. values.Select(value => (float)value)];

    private static float[] Mean(float[] sums, int samples) => [.. sums.Select(sum => sum / samples)];
}
