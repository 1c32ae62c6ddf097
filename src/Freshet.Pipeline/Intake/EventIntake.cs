using Freshet.Core.Events;
using Freshet.Core.Time;
using Freshet.Samples;

namespace Freshet.Pipeline.Intake;

/// <summary>The one way in for events: whose feature vector is wanted, what the join says, and what counts in features.</summary>
/// <remarks>
/// Events come in order of arrival. The vector of an impression is taken before the event is joined, and the event counts in features after
/// it: no impression sees itself. What the join calls a duplicate, malformed or unknown does not count. Allocates nothing. Not thread-safe.
/// </remarks>
/// <param name="joiner">The join.</param>
/// <param name="features">Keeps the feature vectors.</param>
/// <param name="observers">Told of vectors and outcomes; they may want a vector that the join does not.</param>
public sealed class EventIntake(Joiner joiner, IFeatureIntake features, params IReadOnlyList<IIntakeObserver> observers)
{
    /// <summary>The join.</summary>
    public Joiner Joiner => joiner;

    /// <summary>Events taken in.</summary>
    public long EventCount { get; internal set; }

    /// <summary>Takes the next event in order of arrival.</summary>
    /// <param name="e">The event; not kept.</param>
    /// <param name="partition">The partition of the log that it came from.</param>
    public JoinOutcome Take(BehaviourEvent e, int partition = 0)
    {
        EventCount++;
        EventTime time = joiner.TimeOf(e, partition);
        int row = WantsFeatures(e) ? features.Take(e, time) : -1;
        JoinOutcome outcome = joiner.Add(e, row, partition);
        foreach (IIntakeObserver observer in observers)
        {
            observer.OnEvent(e, row, outcome);
        }

        if (Counts(outcome))
        {
            features.Apply(e, time);
        }

        return outcome;
    }

    private bool WantsFeatures(BehaviourEvent e)
    {
        bool wants = joiner.WantsSnapshot(e);
        for (int i = 0; i < observers.Count && !wants; i++)
        {
            wants = observers[i].WantsFeatures(e);
        }

        return wants;
    }

    /// <summary>Whether an event counts in features.</summary>
    private static bool Counts(JoinOutcome outcome) =>
        outcome is not (JoinOutcome.Duplicate or JoinOutcome.DuplicateImpression or JoinOutcome.Malformed or JoinOutcome.UnknownType);
}

/// <summary>Watches what comes in.</summary>
public interface IIntakeObserver
{
    /// <summary>Whether this observer needs the feature vector of an event that the join does not ask for.</summary>
    bool WantsFeatures(BehaviourEvent e) => false;

    /// <summary>An event was joined, and does not count in features yet.</summary>
    /// <param name="e">The event; good until this returns.</param>
    /// <param name="row">Row of its feature vector; -1: none was taken.</param>
    /// <param name="outcome">What the join says.</param>
    void OnEvent(BehaviourEvent e, int row, JoinOutcome outcome);
}
