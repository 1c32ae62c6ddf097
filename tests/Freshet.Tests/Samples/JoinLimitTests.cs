using CsCheck;
using Freshet.Core.Events;
using Freshet.Samples;
using Freshet.Samples.Joining;
using Freshet.Scenes;
using static Freshet.Tests.Samples.TestScene;

namespace Freshet.Tests.Samples;

/// <summary>The join at its limits: what is not taken is counted, and the laws of conservation hold.</summary>
public sealed class JoinLimitTests
{
    private const long Noon = FirstMay + (12 * Hour);

    [Fact]
    public void At_the_limit_a_new_identity_is_counted_and_not_taken_and_its_click_waits_like_any_without_impression()
    {
        var join = new Join(Limited(new LimitOptions { Identities = 2 }));
        join.Add(Line.Impression("i1", Noon, request: "r1"));
        join.Add(Line.Impression("i2", Noon, request: "r2"));

        Assert.False(join.Joiner.WantsSnapshot(Line.Impression("i3", Noon, request: "r3").ToEvent()));
        Assert.Equal(JoinOutcome.ImpressionOverLimit, join.Add(Line.Impression("i3", Noon, request: "r3")));
        Assert.Equal(JoinOutcome.Pending, join.Add(new Line("click", "c3", Noon + 1, Request: "r3")));
        Assert.Equal(JoinOutcome.Joined, join.Add(new Line("click", "c1", Noon + 1, Request: "r1")));
        Assert.Equal(JoinOutcome.Repeat, join.Add(Line.Impression("again", Noon + 2, request: "r1")));
        Assert.Equal(JoinOutcome.Impression, new Join(Limited(new LimitOptions())).Add(Line.Impression("i3", Noon, request: "r3")));

        Assert.Equal((2, 1L, 1L, 1L), (join.All().Count, join.Counters.OverLimitImpressions, join.Counters.Pending, join.Counters.Joined));
        AssertConserved(join.Counters);
    }

    [Fact]
    public void The_impression_of_an_orphan_is_not_taken_at_the_limit_and_the_orphan_goes_on_waiting()
    {
        var join = new Join(Limited(new LimitOptions { Identities = 1 }));
        join.Add(new Line("click", "c2", Noon, Request: "r2"));
        join.Add(Line.Impression("i1", Noon, request: "r1"));

        Assert.Equal(JoinOutcome.ImpressionOverLimit, join.Add(Line.Impression("i2", Noon, request: "r2")));

        Assert.Equal((1L, 1, 1), (join.Counters.Pending, join.Joiner.ImpressedIdentities, join.Joiner.Orphans));
        AssertConserved(join.Counters);
    }

    [Fact]
    public void There_is_room_again_once_identities_are_over()
    {
        var join = new Join(With(Cumulative with { RetainDays = 0 }) with { Limits = new LimitOptions { Identities = 1 } });
        join.Add(Line.Impression("i1", Noon, request: "r1"));
        Assert.Equal(JoinOutcome.ImpressionOverLimit, join.Add(Line.Impression("i2", Noon, request: "r2")));
        join.Add(new Line("song_play", "s", Noon + (2 * Day)));

        join.Cut(Noon + (2 * Day));

        Assert.Equal(0, join.Joiner.ImpressedIdentities);
        Assert.Equal(JoinOutcome.Impression, join.Add(Line.Impression("i3", Noon + (2 * Day), request: "r3")));
    }

    [Fact]
    public void At_the_limit_of_orphans_a_behaviour_is_unmatched_at_once_and_not_kept()
    {
        var join = new Join(Limited(new LimitOptions { Orphans = 2 }));
        join.Add(new Line("click", "c1", Noon, Request: "r1"));
        join.Add(new Line("gift", "g1", Noon, Request: "r1", Value: 1));

        Assert.Equal(JoinOutcome.OverLimit, join.Add(new Line("click", "c2", Noon, Request: "r2")));
        Assert.Equal(JoinOutcome.OverLimit, join.Add(new Line("watch", "w1", Noon, Request: "r1", Value: 1)));
        Assert.Equal(JoinOutcome.Duplicate, join.Add(new Line("click", "c1", Noon, Request: "r1")));
        Assert.Equal((2L, 2L), (join.Counters.OverLimit, join.Counters.Unmatched));
        Assert.Equal((2L, 0L), (join.Counters.Pending, join.Counters.NoImpression));

        Assert.Equal(JoinOutcome.Impression, join.Add(Line.Impression("i2", Noon, request: "r2"))); // its click was not kept
        Assert.Equal(0u, join.All().Single().Labels);
        Assert.Equal(JoinOutcome.Impression, join.Add(Line.Impression("i1", Noon, request: "r1"))); // its behaviours join, and make room
        Assert.Equal((2L, 0), (join.Counters.Joined, join.Joiner.Orphans));
        Assert.Equal(JoinOutcome.Pending, join.Add(new Line("click", "c4", Noon, Request: "r4")));
        AssertConserved(join.Counters);
    }

    [Fact]
    public void Ids_for_which_there_is_no_room_are_over_the_limit_and_never_an_exception()
    {
        var joiner = new Joiner(With(Cumulative), attributesInFull: false, new TextStore(mostUsed: 1));
        var e = new BehaviourEvent();
        string padding = new('x', 2_000);
        for (int i = 0; i < 600; i++)
        {
            string type = i % 2 == 0 ? "impression" : "click";
            new Line(type, $"{type}{i}{padding}", Noon + i, Request: $"r{i / 2}").CopyTo(e);
            JoinOutcome outcome = joiner.Add(e, joiner.WantsSnapshot(e) ? i : -1);

            bool isKept = outcome is JoinOutcome.Impression or JoinOutcome.Joined;
            Assert.True(isKept || outcome is JoinOutcome.ImpressionOverLimit or JoinOutcome.OverLimit, $"{outcome}");
            Assert.True(i < 125 ? isKept : i < 140 || !isKept, $"{i} {outcome}"); // 256 KiB are about 130 ids
        }

        Assert.True(joiner.Counters.OverLimit > 200);
        Assert.True(joiner.Counters.OverLimitImpressions > 200);
        AssertConserved(joiner.Counters);
    }

    [Fact]
    public void Texts_fill_the_blocks_they_may_use_and_have_room_again_once_some_are_released()
    {
        var texts = new TextStore(mostUsed: 2);
        byte[] text = new byte[10_000];
        var kept = new List<int>();
        while (texts.HasRoom(text.Length))
        {
            kept.Add(texts.Add(text));
        }

        Assert.InRange(kept.Count, 50, 53);
        Assert.False(texts.HasRoom(text.Length));
        kept.Take(26).ToList().ForEach(texts.Release);
        Assert.True(texts.HasRoom(text.Length));
        Assert.Equal(10_000, texts.Get(texts.Add(text)).Length);
    }

    [Fact]
    public void Limits_that_are_never_reached_change_no_sample_and_no_counter() => GenLog.Long.Sample(log =>
    {
        Join plain = new Join(Limited(new LimitOptions())).AddAll(log);
        Join limited = new Join(Limited(new LimitOptions { Identities = 160, Orphans = 160 })).AddAll(log);

        Assert.Equal(plain.All(), limited.All());
        Assert.Equal(plain.Counters.Joined, limited.Counters.Joined);
        Assert.Equal((0L, 0L), (limited.Counters.OverLimit, limited.Counters.OverLimitImpressions));
    }, iter: 30);

    [Fact]
    public void At_any_limit_the_laws_of_conservation_hold_and_no_more_is_kept() =>
        Gen.Select(GenLog.Long, Gen.Int[1, 6], Gen.Int[1, 6], Gen.OneOfConst(Enum.GetValues<AttributionMode>()))
            .Sample((log, identities, orphans, mode) =>
            {
                var limits = new LimitOptions { Identities = identities, Orphans = orphans };
                var join = new Join(With(Cumulative with { Mode = mode }) with { Limits = limits });
                foreach (Line line in log)
                {
                    join.Add(line);
                    Assert.InRange(join.Joiner.ImpressedIdentities, 0, identities);
                    Assert.InRange(join.Joiner.Orphans, 0, orphans);
                    AssertConserved(join.Counters);
                }

                _ = join.All();
            }, iter: 60);

    private static Scene Limited(LimitOptions limits) => With(Cumulative) with { Limits = limits };

    private static void AssertConserved(JoinCounters c)
    {
        Assert.Equal(c.Impressions, c.Identities + c.Repeats + c.DuplicateImpressions + c.ExpiredImpressions + c.OverLimitImpressions);
        Assert.Equal(c.Behaviours, c.Joined + c.Duplicate + c.Late + c.Unmatched + c.Pending);
        Assert.Equal(c.Unmatched, c.NoRequest + c.NoImpression + c.Expired + c.OverLimit);
    }
}
