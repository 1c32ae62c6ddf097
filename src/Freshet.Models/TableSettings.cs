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
        CountSketchOptions? sketch = slots.Find(slot => slot.Admission.Sketch is not null)?.Admission.Sketch;
        return new EmbeddingTableOptions
        {
            Name = name,
            Dim = dim,
            Tasks = tasks,
            Seed = scene.Model.Seed,
            Optimizer = training.RowOptimizer,
            InitialAccumulator = (float)training.RowInitialAccumulator,
            GroupFtrl = new GroupFtrlSettings(
                (float)training.RowAlpha, (float)training.RowBeta, (float)training.RowL1, (float)training.RowGroupL1, (float)training.RowL2),
            Eviction = slots.FirstOrDefault()?.Eviction ?? new(),
            DynamicL1 = slots.Find(slot => slot.DynamicL1 is not null)?.DynamicL1,
            Sketch = sketch is null ? default : new SightingSketch(sketch.Ids, sketch.Error, slots.Max(slot => slot.Admission.Threshold) - 1),
        };
    }
}
