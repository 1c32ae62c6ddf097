using System.Globalization;
using Freshet.Kernels;
using Freshet.Models.Batches;
using Freshet.Models.Blocks;
using Freshet.Scenes;

namespace Freshet.Models;

/// <summary>The sizes of a scene's model, in the letters of docs/models.md.</summary>
internal sealed class ModelShape
{
    /// <summary>Most floats of a row.</summary>
    public const int MostDimensions = 256;

    /// <summary>Most items of a history.</summary>
    public const int MostHistory = 64;

    /// <summary>Most heads: tasks and regressions.</summary>
    public const int MostHeads = 32;

    private const int MostCrossLayers = 16;
    private const int MostLevels = 8;

    /// <summary>The shape of <paramref name="scene"/>'s model.</summary>
    /// <exception cref="SceneException">The model is not in the zoo, or a size is out of range.</exception>
    public ModelShape(Scene scene)
    {
        Scene = scene;
        Blocks = Reduce(ModelZoo.Blocks(scene.Model.Name), scene);
        string mistakes = Mistakes(scene, Blocks);
        if (mistakes.Length > 0)
        {
            throw new SceneException($"Scene '{scene.Name}' makes no model '{scene.Model.Name}':{mistakes}");
        }

        Tasks = scene.Behaviours.Count;
        HeadNames = [.. scene.Behaviours.Select(behaviour => behaviour.Name), .. scene.Regressions.Select(regression => regression.Name)];
        Dim = Blocks.HasRows ? scene.Model.Dim : 0;
        IsTree = scene.Model.UsesTree;
        Parents = [.. scene.Behaviours.Select(behaviour => IsTree ? behaviour.Parent : -1)];
        TaskWeights = [.. scene.Behaviours.Select(behaviour => (float)behaviour.LossWeight)];
        float correction = (float)Math.Log(scene.CorrectsLogits ? scene.Training.NegativesKept : 1);
        LogitCorrections = [.. Parents.Select(parent => parent < 0 ? correction : 0)];
        Layers = Blocks.Body == BodyKind.None ? [] : [.. scene.Model.Layers];
        HasResiduals = scene.Model.Residual;
        FactorsJoin = Blocks.Fm && Blocks.Body != BodyKind.None && scene.Model.Head == LogitHead.Residual;
        Layout = new InputLayout(scene, Dim, Blocks.Body != BodyKind.None, Blocks.History, FactorsJoin);
        if (Blocks.History != HistoryKind.None)
        {
            AttentionOptions attention = scene.Model.Attention;
            HistoryLength = scene.History.Length;
            ItemSlot = scene.History.ItemSlot;
            AttentionUnits = attention.Hidden;
            HistoryBehaviours = attention.UsesBehaviours(scene.History) ? scene.History.Behaviours.Count : 0;
            UserActivation = attention.Activation switch
            {
                AttentionActivation.Relu => UnitActivation.Relu,
                AttentionActivation.PRelu => UnitActivation.Prelu,
                AttentionActivation.Identity => UnitActivation.Identity,
                _ => UnitActivation.Tanh,
            };
            KeepsPlaces = attention.Positions == AuxiliaryPositions.Keep;
            Negatives = Blocks.History == HistoryKind.Dmr ? attention.Negatives : 0;
            AuxiliaryWeight = (float)attention.AuxiliaryWeight;
        }
    }

    public Scene Scene { get; }

    public ModelBlocks Blocks { get; }

    /// <summary>Where everything of h_0 lies.</summary>
    public InputLayout Layout { get; }

    /// <summary>T.</summary>
    public int Tasks { get; }

    /// <summary>Names of the tasks, then of the regressions.</summary>
    public string[] HeadNames { get; }

    /// <summary>Tasks and regressions.</summary>
    public int Heads => HeadNames.Length;

    /// <summary>S.</summary>
    public int Slots => Scene.Slots.Count;

    /// <summary>D; 0 where the model has no rows.</summary>
    public int Dim { get; }

    /// <summary>Columns of a panel that holds vectors of D.</summary>
    public int VectorWidth => Dim <= PanelMatrix.Narrow ? PanelMatrix.Narrow : PanelMatrix.Wide;

    /// <summary>Rows start uniform in ± this.</summary>
    public float RowBound => 0.1f / MathF.Sqrt(Math.Max(1, Dim));

    /// <summary>Whether tasks multiply along the behaviour tree.</summary>
    public bool IsTree { get; }

    /// <summary>[T] index of each task's parent; -1 = a root.</summary>
    public int[] Parents { get; }

    /// <summary>[T] ω.</summary>
    public float[] TaskWeights { get; }

    /// <summary>[T] added to logits that are served, where training left out negatives: ln r for the first root of a tree.</summary>
    public float[] LogitCorrections { get; }

    /// <summary>Units of each layer.</summary>
    public int[] Layers { get; }

    /// <summary>Whether a layer's input is added to its output.</summary>
    public bool HasResiduals { get; }

    /// <summary>Whether f joins h_0 instead of the logits.</summary>
    public bool FactorsJoin { get; }

    /// <summary>L; 0 where the history takes no part.</summary>
    public int HistoryLength { get; }

    /// <summary>Slot of the target item; -1 where the history takes no part.</summary>
    public int ItemSlot { get; } = -1;

    /// <summary>A.</summary>
    public int AttentionUnits { get; }

    /// <summary>Behaviours that have an embedding; 0 = they take no part.</summary>
    public int HistoryBehaviours { get; }

    /// <summary>act of the user vector.</summary>
    public UnitActivation UserActivation { get; }

    /// <summary>Whether the auxiliary history keeps its positions.</summary>
    public bool KeepsPlaces { get; }

    /// <summary>K; 0 = no auxiliary loss.</summary>
    public int Negatives { get; }

    /// <summary>β.</summary>
    public float AuxiliaryWeight { get; }

    /// <summary>All that a stored model must have in common with the scene that loads it, in words.</summary>
    public string Describe()
    {
        string slots = string.Join(",", Scene.Slots.Select(slot => $"{slot.Name}:{slot.Table}:{slot.Pooling}"));
        string tasks = string.Join(",", Scene.Behaviours.Select((task, t) => $"{task.Name}:{Parents[t]}"));
        string dense = string.Join(",", Scene.Dense.Select(feature => feature.Name));
        string regressions = string.Join(",", Scene.Regressions.Select(regression => regression.Name));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"model={Scene.Model.Name} dim={Dim} layers={string.Join(",", Layers)} residual={HasResiduals} joins={FactorsJoin} wide={Blocks.Wide} tasks={tasks} regressions={regressions} slots={slots} dense={dense} position_bias={Scene.Model.PositionBias} history={HistoryLength}:{ItemSlot}:{AttentionUnits}:{HistoryBehaviours}:{UserActivation} rows={Scene.Training.RowOptimizer}{DescribeBody()}");
    }

    private string DescribeBody()
    {
        ExpertOptions experts = Scene.Model.Experts;
        string units = string.Join(",", experts.Units);
        return Blocks.Body switch
        {
            BodyKind.Mmoe => string.Create(CultureInfo.InvariantCulture, $" experts={experts.Shared}:{units}"),
            BodyKind.Ple => string.Create(CultureInfo.InvariantCulture, $" experts={experts.Shared}+{experts.Own}:{units} levels={experts.Levels}"),
            BodyKind.Cross => string.Create(CultureInfo.InvariantCulture, $" cross={Scene.Model.Cross.Layers}"),
            _ => "",
        };
    }

    // A model that reads a history, in a scene that has none, is the same model without it. Under `head: residual` the body alone gives the logit.
    private static ModelBlocks Reduce(ModelBlocks blocks, Scene scene) => blocks with
    {
        History = scene.History.Length > 0 && scene.History.ItemSlot >= 0 ? blocks.History : HistoryKind.None,
        Wide = blocks.Wide && (blocks.Body == BodyKind.None || scene.Model.Head == LogitHead.Sum),
    };

    private static string Mistakes(Scene scene, ModelBlocks blocks)
    {
        string mistakes = "";
        int heads = scene.Behaviours.Count + scene.Regressions.Count;
        if (scene.Behaviours.Count < 1 || heads > MostHeads)
        {
            mistakes += $" it has {scene.Behaviours.Count} behaviours and {scene.Regressions.Count} regressions; use 1 to {MostHeads} together.";
        }

        if (blocks.Body != BodyKind.None && (scene.Model.Layers.Count == 0 || scene.Model.Layers.Any(units => units is < 1 or > 4096)))
        {
            mistakes += $" its layers are [{string.Join(", ", scene.Model.Layers)}]; use one or more of 1 to 4096 units.";
        }

        if (blocks.HasRows && scene.Model.Dim is < 1 or > MostDimensions)
        {
            mistakes += $" Dim is {scene.Model.Dim}; use 1 to {MostDimensions}.";
        }

        if (blocks.History != HistoryKind.None && scene.History.Length > MostHistory)
        {
            mistakes += $" its history has {scene.History.Length} items; use at most {MostHistory}.";
        }

        mistakes += blocks.Body switch
        {
            BodyKind.Mmoe => Mistakes(scene.Model.Experts, scene.Model.Experts.Shared),
            BodyKind.Ple => Mistakes(scene.Model.Experts, scene.Model.Experts.Shared + (heads * scene.Model.Experts.Own)),
            BodyKind.Cross when scene.Model.Cross.Layers is < 1 or > MostCrossLayers =>
                $" it has {scene.Model.Cross.Layers} cross layers; use 1 to {MostCrossLayers}.",
            _ => "",
        };
        for (int task = 0; task < scene.Behaviours.Count; task++)
        {
            if (scene.Behaviours[task].Parent >= task)
            {
                mistakes += $" behaviour '{scene.Behaviours[task].Name}' comes before its parent.";
            }
        }

        return mistakes;
    }

    private static string Mistakes(ExpertOptions experts, int count)
    {
        string mistakes = "";
        if (experts.Shared < 1 || experts.Own < 0 || count > GateLayer.MostExperts)
        {
            mistakes += $" it has {experts.Shared} shared experts and {experts.Own} of each head's own, {count} together; use at least 1 shared, "
                + $"and at most {GateLayer.MostExperts} together.";
        }

        if (experts.Units.Count == 0 || experts.Units.Any(units => units is < 1 or > 4096))
        {
            mistakes += $" the layers of its experts are [{string.Join(", ", experts.Units)}]; use one or more of 1 to 4096 units.";
        }

        if (experts.Levels is < 1 or > MostLevels)
        {
            mistakes += $" it has {experts.Levels} levels of experts; use 1 to {MostLevels}.";
        }

        return mistakes;
    }
}
