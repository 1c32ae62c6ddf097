using Freshet.Models;

namespace Freshet.Serving.Leases;

/// <summary>A model's memory. A reference belongs to each version that shows it, and one to the stream that will write it next.</summary>
/// <param name="model">Owned: it is disposed of with the last reference.</param>
/// <param name="freeing">Called before that; may be null.</param>
internal sealed class ModelBuffer(RankingModel model, Action<RankingModel>? freeing) : Referenced
{
    public RankingModel Model => model;

    protected override void GiveUp()
    {
        freeing?.Invoke(model);
        model.Dispose();
    }
}
