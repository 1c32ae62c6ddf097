using Freshet.Pipeline.Joining;
using Freshet.Samples;
using Freshet.Samples.Stories;
using Freshet.Scenes;
using static Freshet.Tests.Samples.TestScene;

namespace Freshet.Tests.Samples;

/// <summary>Why a label is what it is.</summary>
public sealed class StoryTests
{
    private const long Noon = FirstMay + (12 * Hour);

    [Fact]
    public void Each_event_says_what_became_of_it_when_it_came_and_since()
    {
        SampleStory story = Tell(
            Cumulative, null,
            new Line("click", "c", Noon + 5), Line.Impression("i", Noon), Line.Impression("i", Noon), new("gift", "g", Noon + Day + Hour + Day));

        Assert.Equal(
            [
                (JoinOutcome.Pending, BehaviourFate.Joined), (JoinOutcome.Impression, null), (JoinOutcome.DuplicateImpression, null),
                ((JoinOutcome?)JoinOutcome.Late, (BehaviourFate?)BehaviourFate.Late),
            ],
            story.Events.Select(e => (e.Outcome, e.Fate)));
    }

    [Fact]
    public void A_label_names_the_event_that_made_it_or_what_implied_it()
    {
        SampleStory story = Tell(
            Cumulative, null,
            Line.Impression("i", Noon), new("watch", "w1", Noon + 1_000, Value: 10), new("watch", "w2", Noon + 9_000, Value: 25));

        Assert.Equal(
            [
                "click: implied by 'watch30': watch w2, 9 s after it was shown",
                "watch30: watch w2, 9 s after it was shown: the values sum to 35, it needs >= 30",
                "gift: no 'gift' came",
                "big_gift: no 'gift' came",
            ],
            Why(story));
    }

    [Fact]
    public void A_label_that_is_0_says_what_kept_it_from_being_made()
    {
        SampleStory story = Tell(
            Cumulative, Noon + (30 * Minute),
            Line.Impression("i", Noon), new("click", "c1", Noon - 1), new("watch", "w", Noon + 1_000, Value: 10),
            new("gift", "g", Noon + 2_000, Value: 0), new("click", "c2", Noon + (30 * Minute) + 1));

        Assert.Equal(
            [
                "click: 1 'click' arrived after the cutoff; 1 'click' before it was shown",
                "watch30: the values of 'watch' sum to 10; it needs >= 30",
                "gift: gift g has value 0; it needs > 0",
                "big_gift: gift g has value 0; it needs >= 20",
            ],
            Why(story));
    }

    [Fact]
    public void In_window_mode_each_entry_has_its_own_reasons()
    {
        Line[] lines =
        [
            Line.Impression("i", Noon), new("click", "c", Noon + (11 * Minute)), Line.Impression("again", Noon + (40 * Minute)),
            new("click", "d", Noon + (41 * Minute)), new("song_play", "s", Noon + (90 * Minute)),
        ];

        SampleStory story = Tell(Window, null, [.. lines.Select(line => line with { ReceivedAt = line.At })]);

        Assert.Equal(2, story.Samples.Count);
        Assert.Equal("2 'click' past its window of 10 min", story.Samples[0].Labels[Click].Why);
        Assert.Equal("click d, 60 s after it was shown", story.Samples[1].Labels[Click].Why);
    }

    [Fact]
    public void The_reasons_agree_with_the_labels_of_drawn_logs() => DrawnLogs.ForEach(DrawnLogs.Consistent, log =>
    {
        using var events = new ListedEvents(log.Lines.Select(line => line.ToEvent()));
        StoryTeller teller = StoryRun.Run(With(log.Options, log.Zone), events, null, (_, _, _) => true);

        foreach (SampleStory story in teller.Tell())
        {
            foreach (StoryLabel label in story.Samples.SelectMany(sample => sample.Labels))
            {
                bool isMade = label.Why.Contains(" after it was shown", StringComparison.Ordinal);
                Assert.Equal(label.At is not null, isMade);
                Assert.True(
                    !isMade || story.Events.Any(e => e.At == label.At && label.Why.Contains($"{e.Type} {e.EventId},", StringComparison.Ordinal)),
                    $"{label} does not name the event that made it.");
            }
        }
    });

    private static SampleStory Tell(AttributionOptions options, long? cutoff, params Line[] log)
    {
        using var events = new ListedEvents(log.Select(line => line.ToEvent()));
        StoryTeller teller = StoryRun.Run(With(options), events, cutoff, (user, request, item) => (user, request, item) == ("u1", "r1", "h1"));

        return Assert.Single(teller.Tell());
    }

    private static IEnumerable<string> Why(SampleStory story) =>
        Assert.Single(story.Samples).Labels.Select(label => $"{label.Behaviour}: {label.Why}");
}
