using CsCheck;
using Freshet.Samples;
using Freshet.Scenes;
using static Freshet.Tests.Samples.TestScene;

namespace Freshet.Tests.Samples;

/// <summary>Cumulative attribution against the plain reference, for drawn logs. CsCheck prints the seed of a failure.</summary>
public sealed class CumulativeLawTests
{
    private static readonly AttributionOptions[] s_options =
    [
        Cumulative,
        Cumulative with { Horizon = TimeSpan.FromHours(3), OrphanWait = TimeSpan.FromHours(5) },
        Cumulative with { Grace = TimeSpan.Zero, Lateness = TimeSpan.Zero, OrphanWait = TimeSpan.FromDays(1) },
    ];

    private static readonly Gen<(Line[] Log, AttributionOptions Options)> s_case =
        Gen.Select(Gen.OneOf(GenLog.Conflicting, GenLog.Consistent), Gen.OneOfConst(s_options));

    [Fact]
    public void Samples_labels_and_label_times_are_those_of_the_reference() => s_case.Sample(drawn =>
    {
        Scene scene = With(Unskewed(drawn.Options));
        var join = new Join(scene);
        var reference = new ReferenceJoin(scene);
        foreach (Line line in drawn.Log)
        {
            join.Add(line);
            reference.Add(line);
        }

        Assert.Equal(reference.Samples(), join.All());
    }, iter: 200);

    [Fact]
    public void Counters_are_those_of_the_reference_and_conserve_events() => s_case.Sample(drawn =>
    {
        Scene scene = With(Unskewed(drawn.Options));
        var join = new Join(scene);
        var reference = new ReferenceJoin(scene);
        foreach (Line line in drawn.Log)
        {
            join.Add(line);
            reference.Add(line);
            AssertConserved(join.Counters);
        }

        List<Line> behaviours = reference.Behaviours();
        List<Line> known = [.. behaviours.Where(reference.HasIdentity)];
        List<Line> orphans = [.. behaviours.Where(line => !reference.HasIdentity(line))];
        int late = known.Count(line => line.At >= reference.HorizonEnd(reference.First(line).At));
        int pending = orphans.Count(reference.IsPending);
        JoinCounters counters = join.Counters;
        Assert.Equal(drawn.Log.Length, counters.Read);
        Assert.Equal(late, counters.Late);
        Assert.Equal(known.Count - late, counters.Joined);
        Assert.Equal(known.Count(line => line.At < reference.First(line).At), counters.BeforeImpression);
        Assert.Equal(pending, counters.Pending);
        Assert.Equal(orphans.Count - pending, counters.NoImpression);
        Assert.Equal(reference.NoRequest, counters.NoRequest);
        Assert.Equal(reference.Duplicates, counters.Duplicate);
        Assert.Equal(reference.DuplicateImpressions, counters.DuplicateImpressions);
        Assert.Equal(reference.Conflicting, counters.Conflicting);
        Assert.Equal(reference.Identities().Count, counters.Identities);
        Assert.Equal(reference.Impressions, counters.Impressions);
        Assert.Equal(reference.Signals, counters.Signals);
        Assert.Equal(reference.Unknown, counters.UnknownType);
    }, iter: 200);

    [Fact]
    public void Any_order_of_arrival_gives_the_same_samples_and_counters() =>
        Gen.Select(GenLog.Consistent, Gen.Int[0, int.MaxValue]).Sample((log, seed) =>
        {
            Scene scene = With(Unskewed(Cumulative));
            Line[] shuffled = [.. log];
            new Random(seed).Shuffle(shuffled);

            Join inOrder = new Join(scene).AddAll(log), other = new Join(scene).AddAll(shuffled);

            Assert.Equal(inOrder.All(), other.All());
            Assert.Equal(inOrder.Counters.Joined, other.Counters.Joined);
            Assert.Equal(inOrder.Counters.Late, other.Counters.Late);
            Assert.Equal(inOrder.Counters.Unmatched, other.Counters.Unmatched);
            Assert.Equal(inOrder.Counters.Pending, other.Counters.Pending);
            Assert.Equal(inOrder.Counters.Duplicate, other.Counters.Duplicate);
            Assert.Equal(inOrder.Counters.BeforeImpression, other.Counters.BeforeImpression);
        }, iter: 200);

    [Fact]
    public void A_cutoff_gives_its_day_from_what_arrived_by_then() =>
        Gen.Select(GenLog.Delayed, Gen.Int[1, 8]).Sample((log, hours) =>
        {
            Scene scene = With(Unskewed(Cumulative));
            var join = new Join(scene);
            var reference = new ReferenceJoin(scene);
            long cutoff = FirstMay;
            foreach (Line line in log)
            {
                while (line.At > cutoff)
                {
                    Compare(join, reference, cutoff);
                    cutoff += hours * Hour;
                }

                join.Add(line);
                reference.Add(line);
            }

            Compare(join, reference, cutoff);
        }, iter: 200);

    private static void Compare(Join join, ReferenceJoin reference, long cutoff)
    {
        join.Cut(cutoff);

        long day = (cutoff - FirstMay) / Day;
        Assert.Equal(
            reference.Samples(cutoff - (10 * Minute)).Where(row => (row.ShownAt - FirstMay) / Day == day),
            join.Rows().Where(row => (row.ShownAt - FirstMay) / Day == day));
    }

    private static AttributionOptions Unskewed(AttributionOptions options) => options with { MaxSkew = TimeSpan.FromDays(30) };

    private static void AssertConserved(JoinCounters c)
    {
        Assert.Equal(c.Behaviours, c.Joined + c.Duplicate + c.Late + c.Unmatched + c.Pending);
        Assert.Equal(c.Impressions, c.Identities + c.Repeats + c.DuplicateImpressions + c.ExpiredImpressions + c.OverLimitImpressions);
    }
}
