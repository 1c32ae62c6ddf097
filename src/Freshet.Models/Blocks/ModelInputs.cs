using Freshet.Models.Batches;

namespace Freshet.Models.Blocks;

/// <summary>h_0 and its gradient, as matrices of a workspace.</summary>
internal sealed class ModelInputs
{
    public ModelInputs(InputLayout layout, WorkspacePlan plan)
    {
        User = plan.Add(Extent.Group, layout.UserColumns);
        Item = plan.Add(Extent.Sample, layout.ItemColumns);
        UserGradient = plan.Add(Extent.Group, layout.UserColumns, learnOnly: true);
        ItemGradient = plan.Add(Extent.Sample, layout.ItemColumns, learnOnly: true);
    }

    /// <summary>In place of h_0 a matrix that has a row a sample, and its gradient.</summary>
    public ModelInputs(int matrix, int gradient) => (User, Item, UserGradient, ItemGradient) = (-1, matrix, -1, gradient);

    /// <summary>[groups × user columns].</summary>
    public int User { get; }

    /// <summary>[samples × item columns].</summary>
    public int Item { get; }

    /// <summary>Gradient of <see cref="User"/>: written by the body, added to by the other blocks.</summary>
    public int UserGradient { get; }

    /// <summary>Gradient of <see cref="Item"/>: written by the body, added to by the other blocks.</summary>
    public int ItemGradient { get; }
}
