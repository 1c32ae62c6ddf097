namespace Freshet.Models;

/// <summary>The buffers of one backward pass; they belong to the model that learns.</summary>
internal sealed class LearnWorkspace
{
    /// <summary>[Count × T].</summary>
    public float[] LogitGradients = [];

    /// <summary>[Count × Inputs] ∂loss/∂h_0, not divided by Count.</summary>
    public float[] InputGradients = [];

    /// <summary>Per layer [Count × T·Out].</summary>
    public float[][] HiddenGradients = [];

    public ModelWorkspace Forward { get; } = new();

    public void MakeRoom(ModelShape shape, int count)
    {
        Forward.MakeRoom(shape, count);
        ModelWorkspace.Grow(ref LogitGradients, count * shape.Tasks);
        ModelWorkspace.Grow(ref InputGradients, count * shape.Inputs);
        if (HiddenGradients.Length < shape.Layers.Length)
        {
            Array.Resize(ref HiddenGradients, shape.Layers.Length);
        }

        for (int layer = 0; layer < shape.Layers.Length; layer++)
        {
            ModelWorkspace.Grow(ref HiddenGradients[layer], count * shape.Tasks * shape.Layers[layer]);
        }
    }
}
