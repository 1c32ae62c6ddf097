using CsCheck;
using Freshet.Core.Samples;
using Freshet.Samples;
using Freshet.Scenes;
using static Freshet.Tests.Samples.TestScene;

namespace Freshet.Tests.Samples;

/// <summary>The delays of the plain reference, and mode <c>immediate</c> against <c>cumulative</c>, for drawn logs in order, delayed and shuffled.</summary>
public sealed class ImmediateLawTests
{
    private static readonly Gen<(Line[] Log, int Minutes)> s_log =
        Gen.Select(Gen.OneOf(GenLog.Conflicting, GenLog.Delayed, GenLog.Consistent), Gen.OneOfConst(0, 0, 7, 90));

    [Fact]
    public void Delays_are_those_of_the_reference_in_every_mode() => s_log.Sample(drawn =>
    {
        Scene scene = Of(drawn.Minutes);
        var reference = new ReferenceImmediate(scene);
        foreach (Line line in drawn.Log)
        {
            reference.Add(line);
        }

        foreach (AttributionMode mode in Enum.GetValues<AttributionMode>())
        {
            Join join = new Join(scene with { Attribution = scene.Attribution with { Mode = mode } }).AddAll(drawn.Log);
            for (int label = 0; label < scene.Behaviours.Count; label++)
            {
                long[] delays = [.. reference.Delays.Where(pair => pair.Label == label).Select(pair => pair.Delay).Order()];
                Assert.Equal(delays.Length, join.Joiner.Delays[label].Count);
                if (delays.Length > 0)
                {
                    Assert.InRange(join.Joiner.Delays[label].Quantile(1), delays[^1] * 0.9899, delays[^1] * 1.0101);
                }
            }
        }
    }, iter: 100);

    [Fact]
    public void Every_event_ends_as_in_cumulative_mode() => s_log.Sample(drawn =>
    {
        JoinCounters immediate = new Join(Of(drawn.Minutes)).AddAll(drawn.Log).Counters;
        JoinCounters cumulative = new Join(With(Cumulative with { MaxSkew = TimeSpan.FromDays(30) })).AddAll(drawn.Log).Counters;

        Assert.Equal(Fates(cumulative), Fates(immediate));
    }, iter: 200);

    [Fact]
    public void In_order_of_time_the_rows_of_an_identity_teach_each_label_once_and_end_with_the_cumulative_labels() => GenLog.Unique.Sample(drawn =>
    {
        Line[] log = [.. drawn.OrderBy(line => line.At)];
        var join = new Join(Of(0));
        join.AddAll(log);
        List<Join.Row> truth = new Join(With(Cumulative with { MaxSkew = TimeSpan.FromDays(30) })).AddAll(log).All();

        var rows = Emission.All(join).ToLookup(row => row.Identity);
        Assert.Equal(truth.Count, rows.Count);
        foreach (IGrouping<Freshet.Core.Events.IdentityKey, Emission> identity in rows)
        {
            Assert.Single(identity, row => row.Kind == EmissionKind.Observed);
            List<Emission> positives = [.. identity.Where(row => row.Kind == EmissionKind.Positive)];
            Assert.Equal(positives.Sum(row => (long)row.Taught), positives.Aggregate(0u, (all, row) => all | row.Taught));
        }

        Assert.Equal(
            truth.Select(row => row.Labels).Order(), rows.Select(identity => identity.Aggregate(0u, (all, row) => all | row.Labels)).Order());
    }, iter: 200);

    private static Scene Of(int minutes) =>
        With(Immediate with { MaxSkew = TimeSpan.FromDays(30), EmitAfter = TimeSpan.FromMinutes(minutes) });

    private static object Fates(JoinCounters counters) => (
        counters.Impressions, counters.Repeats, counters.Identities, counters.Behaviours, counters.Joined, counters.Duplicate, counters.Late,
        (counters.Unmatched, counters.Pending, counters.Conflicting, counters.BeforeImpression, counters.Signals));
}
