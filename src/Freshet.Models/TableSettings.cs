using Freshet.Embeddings;
using Freshet.Kernels;
using Freshet.Scenes;

namespace Freshet.Models;

/// <summary>The settings of a scene's tables.</summary>
internal static class TableSettings
{
    public static EmbeddingTableOptions Of(Scene scene, string name, int dim, int tasks)
    {
        TrainingOptions training = scene.Training;
        var slots = scene.Slots.Where(slot => slot.Table == name).ToList();
        DynamicL1Options? dynamicL1 = slots.Find(slot => slot.DynamicL1 is not null)?.DynamicL1;
        CountSketchOptions? sketch = slots.Find(slot => slot.Admission.Sketch is not null)?.Admission.Sketch;
        EvictionOptions eviction = slots.FirstOrDefault()?.Eviction ?? new();
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
            Sketch = sketch is null ? default : new SightingSketch(sketch.Ids, sketch.Error, slots.Max(slot => slot.Admission.Threshold) - 1),
        };
    }
}
