using Freshet.Core.Events;
using Freshet.Pipeline.Intake;
using Freshet.Samples;
using Freshet.Samples.Stories;
using Freshet.Scenes;

namespace Freshet.Pipeline.Joining;

/// <summary>Joins a whole log to explain the labels of a few identities. Other users' events move the watermark, so none is left out.</summary>
public static class StoryRun
{
    /// <summary>Reads <paramref name="source"/> to its end.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="source">Events in order of arrival; not disposed.</param>
    /// <param name="cutoff">Events that arrived later do not count, ms since the epoch; null: all count.</param>
    /// <param name="isAskedFor">Whether an identity (user, request, item) is asked for.</param>
    /// <param name="cancellation">Ends the run with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>What explains the samples.</returns>
    public static StoryTeller Run(
        Scene scene, IEventSource source, long? cutoff, Func<string, string, string, bool> isAskedFor, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        var joiner = new Joiner(scene);
        var intake = new EventIntake(joiner, new RowNumbers());
        var position = new CutoffPosition(joiner, cutoff);
        var teller = new StoryTeller(scene, joiner, cutoff, isAskedFor);
        var arrived = new BehaviourEvent();
        while (source.TryRead(arrived))
        {
            cancellation.ThrowIfCancellationRequested();
            teller.Add(arrived, position.Admits(arrived) ? intake.Take(arrived) : null);
        }

        return teller;
    }
}
