using Freshet.Core.Scenes;
using Freshet.Embeddings;
using Freshet.Kernels;

namespace Freshet.Models;

/// <summary>The settings of a scene's tables.</summary>
internal static class TableSettings
{
    public static EmbeddingTableOptions Of(Scene scene, string name, int dim, int tasks)
    {
        TrainingOptions training = scene.Training;
        DynamicL1Options? dynamicL1 = scene.Slots.FirstOrDefault(slot => slot.Table == name && slot.DynamicL1 is not null)?.DynamicL1;
        EvictionOptions eviction = scene.Slots.FirstOrDefault(slot => slot.Table == name)?.Eviction ?? new();
        return new EmbeddingTableOptions
        {
            Name = name,
            Dim = dim,
            Tasks = tasks,
            Seed = scene.Model.Seed,
            Optimizer = (Embeddings.RowOptimizer)training.RowOptimizer,
            InitialAccumulator = (float)training.RowInitialAccumulator,
            GroupFtrl = new GroupFtrlSettings(
                (float)training.RowAlpha, (float)training.RowBeta, (float)training.RowL1, (float)training.RowGroupL1, (float)training.RowL2),
            Eviction = new Eviction(eviction.Days, (float)eviction.MinNorm, eviction.MaxRows, (float)eviction.Decay, (float)eviction.PositiveWeight),
            DynamicL1 = dynamicL1 is null ? default : new DynamicL1(dynamicL1.N, (float)dynamicL1.C),
        };
    }
}
