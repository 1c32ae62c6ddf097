using Freshet.Core.Events;
using Freshet.Pipeline.Intake;
using Freshet.Samples;
using Freshet.Samples.Delays;
using Freshet.Scenes;

namespace Freshet.Experiments;

/// <summary>Measures how long the labels of a log take, without features, samples or models.</summary>
public static class DelayStudy
{
    private const int EventsPerCut = 20_000;

    /// <summary>Joins <paramref name="source"/> to its end.</summary>
    /// <param name="scene">The scene. Its mode is only what the advice is compared with: all modes measure the same.</param>
    /// <param name="source">Events in order of arrival; read to the end, not disposed.</param>
    /// <param name="cancellation">Ends the run with an <see cref="OperationCanceledException"/>.</param>
    public static WindowAdvice Run(Scene scene, IEventSource source, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(source);
        // Immediate mode, because its samples need not be kept.
        Scene measured = scene with { Attribution = scene.Attribution with { Mode = AttributionMode.Immediate, EmitAfter = TimeSpan.Zero } };
        var joiner = new Joiner(measured);
        var intake = new EventIntake(joiner, new RowNumbers());
        using var metrics = new JoinMetrics(measured, joiner);
        var arrived = new BehaviourEvent();
        for (long events = 1; source.TryRead(arrived); events++)
        {
            _ = intake.Take(arrived);
            if (events % EventsPerCut == 0)
            {
                cancellation.ThrowIfCancellationRequested();
                joiner.Cut(Math.Max(joiner.Watermark, 0), new SampleTable(measured)); // gives back what is over
            }
        }

        return WindowAdvice.Of(scene, joiner);
    }
}
