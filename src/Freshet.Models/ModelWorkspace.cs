namespace Freshet.Models;

/// <summary>
/// The buffers of one forward pass. One for each thread that predicts; any model may use any workspace, and nothing is kept in it
/// from call to call but room.
/// </summary>
public sealed class ModelWorkspace
{
    /// <summary>Row of each id of the batch, in order of sample, slot and bag; -1 = not admitted.</summary>
    internal int[] Rows = [];

    /// <summary>[Count] row of each sample's position; -1 = none.</summary>
    internal int[] BiasRows = [];

    /// <summary>[Count × Inputs] h_0.</summary>
    internal float[] Inputs = [];

    /// <summary>[Count × T].</summary>
    internal float[] Logits = [];

    /// <summary>[Count × D] f of the FM.</summary>
    internal float[] Factors = [];

    /// <summary>[Count × D] sums that the FM's backward pass needs.</summary>
    internal float[] FactorSums = [];

    /// <summary>Per layer [Count × T·Columns] products, then pre-activations.</summary>
    internal float[][] Products = [];

    /// <summary>Per layer [Count × T·Out] outputs.</summary>
    internal float[][] Hidden = [];

    internal void MakeRoom(ModelShape shape, int count)
    {
        Grow(ref BiasRows, count);
        Grow(ref Inputs, count * shape.Inputs);
        Grow(ref Logits, count * shape.Tasks);
        if (shape.Blocks.Fm)
        {
            Grow(ref Factors, count * shape.Dim);
            Grow(ref FactorSums, count * shape.Dim);
        }

        if (Hidden.Length < shape.Layers.Length)
        {
            Array.Resize(ref Products, shape.Layers.Length);
            Array.Resize(ref Hidden, shape.Layers.Length);
        }

        for (int layer = 0; layer < shape.Layers.Length; layer++)
        {
            Grow(ref Products[layer], count * shape.Tasks * shape.Layers[layer] * 2);
            Grow(ref Hidden[layer], count * shape.Tasks * shape.Layers[layer]);
        }
    }

    internal static void Grow<T>(ref T[] array, int length)
    {
        if (array is null || array.Length < length)
        {
            array = new T[Math.Max(length, 2 * (array?.Length ?? 0))];
        }
    }
}
