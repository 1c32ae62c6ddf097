using Freshet.Kernels;
using Freshet.Models.Parameters;

namespace Freshet.Models.Blocks;

/// <summary>Names W, P and b of a residual layer, with their initial values: He for W, Glorot for P, 0 for b.</summary>
internal static class LayerNames
{
    /// <param name="parameters">Where they lie.</param>
    /// <param name="name">Name of the layer: W is <c>name.W</c> [outputs × inputs].</param>
    /// <param name="inputs">Inputs.</param>
    /// <param name="outputs">Units.</param>
    /// <param name="projects">Whether there is a P.</param>
    /// <param name="matrix">Holds W, and P beside it.</param>
    /// <param name="rowOf">Row of the matrix that reads each input.</param>
    /// <param name="firstColumn">Column of the matrix at which the layer begins.</param>
    /// <param name="bias">Holds b.</param>
    /// <param name="firstBias">Place there at which the layer begins.</param>
    public static void Add(
        DenseParameters parameters, string name, int inputs, int outputs, bool projects, PanelMatrix matrix, Func<int, int> rowOf,
        int firstColumn, DenseRange bias, int firstBias)
    {
        parameters.Name($"{name}.W", outputs, inputs, At, MathF.Sqrt(6f / inputs));
        parameters.Name($"{name}.b", 1, outputs, (_, output) => bias.Start + firstBias + output, 0);
        if (projects)
        {
            parameters.Name(
                $"{name}.P", outputs, inputs, (output, input) => At(output, input) + PanelMatrix.Narrow, MathF.Sqrt(6f / (inputs + outputs)));
        }

        long At(int output, int input) => matrix.Offset(rowOf(input), firstColumn + ResidualProduct.Column(output, projects));
    }
}
