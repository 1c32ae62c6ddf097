using Freshet.Core.Snapshots;
using Freshet.Embeddings;
using Freshet.Models;
using Freshet.Models.Parameters;

namespace Freshet.Tests.Models;

/// <summary>Compares models of different blocks, which have parameters in common.</summary>
internal static class ParameterCopies
{
    /// <summary>Gives each dense parameter the values of another model's, by name; zeros where there is none.</summary>
    /// <param name="model">Written.</param>
    /// <param name="source">Read.</param>
    /// <param name="nameOf">Name there of each parameter here; null for none.</param>
    public static void CopyParameters(this RankingModel model, RankingModel source, Func<string, string?> nameOf)
    {
        foreach (DenseTensor tensor in model.Dense.Tensors)
        {
            float[] values = new float[tensor.Count];
            if (nameOf(tensor.Name) is { } name)
            {
                source.Dense.Find(name).Read(source.Dense, 0, values);
            }

            tensor.Write(model.Dense, 0, values);
        }

        model.Prepare();
    }

    /// <summary>All that the model has learnt: dense parameters, rows and wide weights.</summary>
    public static IEnumerable<float> Values(this RankingModel model)
    {
        foreach (DenseTensor tensor in model.Dense.Tensors)
        {
            float[] values = new float[tensor.Count];
            tensor.Read(model.Dense, 0, values);
            foreach (float value in values)
            {
                yield return value;
            }
        }

        foreach (EmbeddingTable table in model.Embeddings.All.ToArray())
        {
            for (int row = 0; row < table.Count; row++)
            {
                foreach (float value in (float[])[.. table.Vectors.Row(row), .. table.State.Row(row), .. table.Wide.Row(row)])
                {
                    yield return value;
                }
            }
        }
    }

    /// <summary>Probabilities of all rows, ids admitted first.</summary>
    public static float[] Probabilities(this RankingModel model, SnapshotColumns rows)
    {
        float[] probabilities = new float[rows.Count * model.TaskCount];
        _ = model.Backward(TestScene.BatchOf(rows, new float[probabilities.Length]), LearnPhase.Base, []);
        model.Predict(rows, 0, rows.Count, probabilities, new ModelWorkspace(), referenceBias: true);
        return probabilities;
    }
}
