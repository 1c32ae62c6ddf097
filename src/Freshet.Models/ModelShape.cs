using System.Globalization;
using Freshet.Core.Scenes;

namespace Freshet.Models;

/// <summary>The sizes of a scene's model, in the letters of docs/models.md.</summary>
internal sealed class ModelShape
{
    /// <summary>The shape of <paramref name="scene"/>'s model.</summary>
    /// <exception cref="ArgumentException">The model is not in the zoo, or a size is out of range.</exception>
    public ModelShape(Scene scene)
    {
        Scene = scene;
        Blocks = ModelZoo.Blocks(scene.Model.Name);
        string mistakes = Mistakes(scene, Blocks);
        if (mistakes.Length > 0)
        {
            throw new ArgumentException($"Scene '{scene.Name}' makes no model '{scene.Model.Name}':{mistakes}", nameof(scene));
        }

        Tasks = scene.Behaviours.Count;
        Slots = scene.Slots.Count;
        Dim = Blocks.Deep ? scene.Model.Dim : 0;
        Inputs = Blocks.Deep ? (Slots * Dim) + scene.Dense.Count : 0;
        Parents = [.. scene.Behaviours.Select(behaviour => Blocks.Tree ? behaviour.Parent : -1)];
        TaskWeights = [.. scene.Behaviours.Select(behaviour => (float)behaviour.LossWeight)];
        Layers = Blocks.Deep ? [.. scene.Model.Layers] : [];
    }

    public Scene Scene { get; }

    public ModelBlocks Blocks { get; }

    /// <summary>T.</summary>
    public int Tasks { get; }

    /// <summary>S.</summary>
    public int Slots { get; }

    /// <summary>D; 0 where the model has no rows.</summary>
    public int Dim { get; }

    /// <summary>S·D + M, the length of h_0; 0 where the model has no network.</summary>
    public int Inputs { get; }

    /// <summary>[T] index of each task's parent; -1 = a root.</summary>
    public int[] Parents { get; }

    /// <summary>[T] ω.</summary>
    public float[] TaskWeights { get; }

    /// <summary>Units of each layer.</summary>
    public int[] Layers { get; }

    /// <summary>All that a stored model must have in common with the scene that loads it, in words.</summary>
    public string Describe()
    {
        string slots = string.Join(",", Scene.Slots.Select(slot => $"{slot.Name}:{slot.Table}:{slot.Pooling}"));
        string tasks = string.Join(",", Scene.Behaviours.Select((task, t) => $"{task.Name}:{Parents[t]}"));
        string dense = string.Join(",", Scene.Dense.Select(feature => feature.Name));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"model={Scene.Model.Name} dim={Dim} layers={string.Join(",", Layers)} tasks={tasks} slots={slots} dense={dense} position_bias={Scene.Model.PositionBias}");
    }

    private static string Mistakes(Scene scene, ModelBlocks blocks)
    {
        string mistakes = "";
        int tasks = scene.Behaviours.Count;
        if (tasks is < 1 or > 32)
        {
            mistakes += $" it has {tasks} behaviours; use 1 to 32.";
        }

        if (blocks.Deep && (scene.Model.Layers.Count == 0 || scene.Model.Layers.Any(units => units is < 1 or > 4096)))
        {
            mistakes += $" its layers are [{string.Join(", ", scene.Model.Layers)}]; use one or more of 1 to 4096 units.";
        }

        for (int task = 0; task < tasks; task++)
        {
            if (scene.Behaviours[task].Parent >= task)
            {
                mistakes += $" behaviour '{scene.Behaviours[task].Name}' comes before its parent.";
            }
        }

        return mistakes;
    }
}
