using Freshet.Models;
using Freshet.Scenes;
using Freshet.Tests.Golden;

namespace Freshet.Tests.Models.Reference;

/// <summary>A case set up: the engine's model and the reference with the same parameters, and a batch.</summary>
internal sealed class ReferenceBench : IDisposable
{
    // No ReLU input, clamp or Huber corner is nearer than this: finite differences step over none.
    private const double LeastKink = 1e-3;
    private const int MostSeeds = 5000;

    public ReferenceBench(string name)
    {
        Case = ZooCases.Get(name);
        Scene = Case.CreateScene();
        Engine = new ModelBench(Scene);
        for (int seed = 1; ; seed++)
        {
            Assert.True(seed < MostSeeds, $"No seed keeps '{name}' away from kinks.");
            var random = new Random(seed);
            Samples = Case.CreateSamples(random);
            Parameters = new ReferenceParameters(Engine, ZooCase.Ids(Engine), random);
            Reference = new ReferenceModel(Scene, Parameters);
            Outcome = Reference.Run(Samples);
            if (Outcome.Kink >= LeastKink)
            {
                break;
            }
        }

        Parameters.WriteTo(Engine);
        Batch = ZooCase.BatchOf(Scene, Samples);
        Choices = ZooCase.ChoicesOf(Engine, Samples, Parameters);
    }

    public ZooCase Case { get; }

    public Scene Scene { get; }

    public ModelBench Engine { get; }

    public ReferenceModel Reference { get; }

    public ReferenceParameters Parameters { get; }

    public ReferenceSample[] Samples { get; }

    /// <summary>What the reference makes of the batch.</summary>
    public ReferenceOutcome Outcome { get; }

    public LearnBatch Batch { get; }

    public int[] Choices { get; }

    public void Dispose() => Engine.Dispose();
}
