using System.Globalization;
using System.Text;
using Freshet.Core.Samples;
using Freshet.Samples;
using Freshet.Samples.Stories;
using Freshet.Scenes;

namespace Freshet.Cli.Output;

/// <summary>The story of a sample as text; times are those of the scene's zone.</summary>
internal static class StoryText
{
    public static string Of(SampleStory story, Scene scene, long? cutoff)
    {
        string mode = AttributionModeText.Of(scene.Attribution.Mode);
        string until = cutoff is { } at ? $"cutoff {Time(at, scene)}" : "all events";
        var text = new StringBuilder($"User '{story.UserId}', request '{story.RequestId}', item '{story.ItemId}'; scene '{scene.Name}', {mode}, {until}, times of {scene.TimeZone.Id}.\n");
        var table = new TextTable("event", "at", "arrived", "value", "what became of it");
        foreach (StoryEvent e in story.Events)
        {
            table.Add(
                $"{e.Type} {e.EventId}", Time(e.At, scene), e.ReceivedAt is { } received ? Time(received, scene) : "in this order",
                double.IsNaN(e.Value) ? "" : e.Value.ToString("0.###", CultureInfo.InvariantCulture), Became(e));
        }

        _ = text.Append(table);
        if (story.Samples.Count == 0)
        {
            _ = text.Append("No sample: it has no impression that counts, is younger than min_age, or still waits for its window.\n");
        }

        foreach (StorySample sample in story.Samples)
        {
            string left = sample.Kind switch
            {
                EmissionKind.Observed => "First row, left at",
                EmissionKind.Positive => "Row of new labels, left at",
                _ => "Sample, attributed at",
            };
            _ = text.Append(CultureInfo.InvariantCulture, $"{left} {Time(sample.AttributedAt, scene)}, of an impression of {Time(sample.ShownAt, scene)} with {sample.Repeats} repeats:\n");
            foreach (StoryLabel label in sample.Labels)
            {
                _ = text.Append(CultureInfo.InvariantCulture, $"  {label.Behaviour} = {(label.At is null ? 0 : 1)}: {label.Why}.\n");
            }
        }

        return text.ToString();
    }

    private static string Became(StoryEvent e) => (e.Outcome, e.Fate) switch
    {
        (null, _) => "arrived after the cutoff: does not count",
        (JoinOutcome.Pending or JoinOutcome.NoImpression, BehaviourFate.Joined) => $"{Words(e.Outcome.Value)}; joined when its impression came",
        (JoinOutcome.Pending or JoinOutcome.NoImpression, BehaviourFate.Late) => $"{Words(e.Outcome.Value)}; late when its impression came",
        (JoinOutcome.Pending, BehaviourFate.Unmatched) => "waited for an impression that did not come: unmatched",
        (JoinOutcome.Joined or JoinOutcome.BeforeImpression or JoinOutcome.AfterLeaving, BehaviourFate.Late) => $"{Words(e.Outcome.Value)}; late since an earlier impression came",
        (JoinOutcome.Late, BehaviourFate.Joined) => "late; joined since another impression came",
        ({ } outcome, _) => Words(outcome),
    };

    private static string Words(JoinOutcome outcome) => outcome switch
    {
        JoinOutcome.Impression => "a new identity",
        JoinOutcome.Repeat => "a repeat",
        JoinOutcome.DuplicateImpression or JoinOutcome.Duplicate => "a duplicate: its event_id was seen",
        JoinOutcome.ExpiredImpression or JoinOutcome.Expired => "expired: more than retain_days after the horizon",
        JoinOutcome.ImpressionOverLimit => "not taken: the join has limits.identities of them, or no room for its id",
        JoinOutcome.Joined => "joined",
        JoinOutcome.BeforeImpression => "joined, but earlier than the impression",
        JoinOutcome.AfterLeaving => "joined, but the sample had left",
        JoinOutcome.Late => "late: the window or horizon was over",
        JoinOutcome.NoRequest => "unmatched: no request_id",
        JoinOutcome.NoImpression => "unmatched: no impression within orphan_wait",
        JoinOutcome.OverLimit => "unmatched: the join has limits.orphans of them, or no room for its id",
        JoinOutcome.Pending => "waits for its impression",
        JoinOutcome.Signal => "a signal: feeds features",
        JoinOutcome.UnknownType => "of a type that the scene does not name",
        _ => "malformed: lacks an id that its type needs, or its time is out of range",
    };

    private static string Time(long at, Scene scene) => TimeZoneInfo
        .ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(at), scene.TimeZone).ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
}
