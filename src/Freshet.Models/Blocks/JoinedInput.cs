using Freshet.Kernels;
using Freshet.Models.Batches;

namespace Freshet.Models.Blocks;

/// <summary>h_0 of every sample as one row, in the order of docs/models.md, once or several times side by side.</summary>
/// <remarks>Copied in runs that lie in one panel of both matrices: a slot's vector is one run, or two.</remarks>
internal sealed class JoinedInput
{
    private readonly ModelInputs _inputs;
    private readonly Run[] _runs;
    private readonly int _copies;
    private readonly int _padded;

    /// <param name="plan">Where the matrix is planned.</param>
    /// <param name="inputs">h_0 in its two sides.</param>
    /// <param name="layout">Where everything lies there.</param>
    /// <param name="copies">Copies side by side, each padded to 32 columns.</param>
    public JoinedInput(WorkspacePlan plan, ModelInputs inputs, InputLayout layout, int copies = 1)
    {
        _inputs = inputs;
        _runs = [.. Runs(layout)];
        _copies = copies;
        _padded = PanelMatrix.RoundUp(layout.Inputs, PanelMatrix.Wide);
        Matrix = plan.Add(Extent.Sample, copies * _padded);
    }

    /// <summary>[samples × copies·inputs] h_0.</summary>
    public int Matrix { get; }

    public void Forward(Pass pass, int first, int count)
    {
        PanelMatrix user = pass[_inputs.User], item = pass[_inputs.Item], matrix = pass[Matrix];
        for (int sample = first; sample < first + count; sample++)
        {
            int group = pass.Groups.GroupOf[sample];
            foreach (Run run in _runs)
            {
                ReadOnlySpan<float> values = run.IsUser ? user.Row(group, run.Source, run.Length) : item.Row(sample, run.Source, run.Length);
                for (int copy = 0; copy < _copies; copy++)
                {
                    values.CopyTo(matrix.Row(sample, (copy * _padded) + run.Target, run.Length));
                }
            }
        }
    }

    /// <summary>Adds the gradients of the item's side, of all copies, to those of h_0.</summary>
    public void BackwardItem(Pass pass, int gradient, int first, int count)
    {
        PanelMatrix joined = pass[gradient], item = pass[_inputs.ItemGradient];
        for (int sample = first; sample < first + count; sample++)
        {
            foreach (Run run in _runs)
            {
                if (!run.IsUser)
                {
                    Add(item.Row(sample, run.Source, run.Length), joined, sample, run);
                }
            }
        }
    }

    /// <summary>Adds the gradients of the user's side, of all samples of a group, to those of h_0.</summary>
    public void BackwardUser(Pass pass, int gradient, int first, int count)
    {
        PanelMatrix joined = pass[gradient], user = pass[_inputs.UserGradient];
        for (int group = first; group < first + count; group++)
        {
            for (int sample = pass.Groups.Starts[group]; sample < pass.Groups.Starts[group + 1]; sample++)
            {
                foreach (Run run in _runs)
                {
                    if (run.IsUser)
                    {
                        Add(user.Row(group, run.Source, run.Length), joined, sample, run);
                    }
                }
            }
        }
    }

    private void Add(Span<float> target, in PanelMatrix joined, int sample, Run run)
    {
        for (int copy = 0; copy < _copies; copy++)
        {
            Kernels.Vectors.Add(target, joined.Row(sample, (copy * _padded) + run.Target, run.Length));
        }
    }

    private static IEnumerable<Run> Runs(InputLayout layout)
    {
        int[] rowOf = layout.MatrixRowOf();
        for (int start = 0, end; start < rowOf.Length; start = end)
        {
            bool isUser = rowOf[start] < layout.ItemTop;
            int source = rowOf[start] - (isUser ? 0 : layout.ItemTop);
            int most = PanelMatrix.Wide - Math.Max(source % PanelMatrix.Wide, start % PanelMatrix.Wide);
            end = start + 1;
            while (end < rowOf.Length && end - start < most && rowOf[end] == rowOf[end - 1] + 1 && rowOf[end] < layout.ItemTop == isUser)
            {
                end++;
            }

            yield return new Run(isUser, source, start, end - start);
        }
    }

    private readonly record struct Run(bool IsUser, int Source, int Target, int Length);
}
