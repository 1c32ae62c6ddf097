using Freshet.Core.Samples;
using Freshet.Samples;
using Freshet.Scenes;
using static Freshet.Tests.Samples.TestScene;

namespace Freshet.Tests.Samples;

/// <summary>
/// The joiner against the plain references, over the same drawn logs: partitions, cutoffs anywhere, days of 23 to 25 hours.
/// Ten thousand logs: FRESHET_LOGS=10000 (docs/joining.md has the command).
/// </summary>
public sealed class JoinLawTests
{
    [Fact]
    public void Cumulative_samples_at_every_cutoff_and_all_counters_are_those_of_the_reference() => DrawnLogs.ForEach(DrawnLogs.Any, log =>
    {
        Scene scene = With(log.Options, log.Zone);
        var join = new Join(scene, log.SaysArrival);
        var reference = new ReferenceJoin(scene, log.SaysArrival);
        var table = new ReferenceTable(scene, reference);
        for (int i = 0; i < log.Lines.Length; i++)
        {
            int partition = log.PartitionOf(log.Lines[i]);
            join.Add(log.Lines[i], partition);
            reference.Add(log.Lines[i], partition);
            AssertConserved(join.Counters);
            if (log.Cuts[i] != 0)
            {
                join.Cut(log.Cuts[i]);
                Assert.Equal(table.Cut(log.Cuts[i]), join.Rows());
            }
        }

        AssertCounters(reference, join.Counters);
        AssertFates(reference, join.Counters);
        Assert.Equal(reference.Samples(), join.All());
    });

    [Fact]
    public void What_leaves_in_window_mode_and_all_counters_are_those_of_the_reference() => DrawnLogs.ForEach(DrawnLogs.Any, log =>
    {
        Scene scene = With(log.Options with { Mode = AttributionMode.Window }, log.Zone);
        var join = new Join(scene, log.SaysArrival);
        var reference = new ReferenceWindow(scene, log.SaysArrival);
        for (int i = 0; i < log.Lines.Length; i++)
        {
            int partition = log.PartitionOf(log.Lines[i]);
            join.Add(log.Lines[i], partition);
            reference.Add(log.Lines[i], partition);
            AssertConserved(join.Counters);
            if (log.Cuts[i] != 0)
            {
                join.Cut(log.Cuts[i]);
            }
        }

        join.Joiner.End();
        reference.Leave();
        JoinCounters counters = join.Counters;
        AssertCounters(reference.Join, counters);
        Assert.Equal(reference.Fates(), (counters.Joined, counters.BeforeImpression, counters.Late));
        Assert.Equal(reference.AfterLeaving, counters.AfterLeaving);
        Assert.Equal(InOrder(reference.Left), InOrder(join.All()));
    });

    [Fact]
    public void What_leaves_in_immediate_mode_and_all_counters_are_those_of_the_reference() => DrawnLogs.ForEach(DrawnLogs.Any, log =>
    {
        Scene scene = With(log.Options with { Mode = AttributionMode.Immediate, EmitAfter = log.EmitAfter }, log.Zone);
        var join = new Join(scene, log.SaysArrival);
        var reference = new ReferenceImmediate(scene, log.SaysArrival);
        for (int i = 0; i < log.Lines.Length; i++)
        {
            int partition = log.PartitionOf(log.Lines[i]);
            join.Add(log.Lines[i], partition);
            reference.Add(log.Lines[i], partition);
            AssertConserved(join.Counters);
            if (log.Cuts[i] != 0)
            {
                join.Cut(log.Cuts[i]);
                reference.Cut(log.Cuts[i]);
            }
        }

        join.Joiner.End();
        reference.End();
        AssertCounters(reference.Join, join.Counters);
        AssertFates(reference.Join, join.Counters);
        Assert.Equal(InOrder(reference.Rows), InOrder(Emission.All(join)));
        Assert.Equal(reference.Rows.Count(row => row.Kind == EmissionKind.Observed), join.Counters.Observed);
        Assert.Equal(reference.Rows.Count(row => row.Kind == EmissionKind.Positive), join.Counters.Positives);
    });

    [Fact]
    public void Any_permutation_and_any_cutoffs_give_the_same_cumulative_samples_and_counters() => DrawnLogs.ForEach(DrawnLogs.Consistent, log =>
    {
        Scene scene = With(log.Options, log.Zone);
        var inOrder = new Join(scene, log.SaysArrival);
        var other = new Join(scene, log.SaysArrival);
        Line[] shuffled = [.. log.Lines];
        new Random(log.Seed).Shuffle(shuffled);

        for (int i = 0; i < shuffled.Length; i++)
        {
            inOrder.Add(log.Lines[i], log.PartitionOf(log.Lines[i]));
            other.Add(shuffled[i]);
            if (log.Cuts[i] != 0)
            {
                other.Cut(log.Cuts[i]);
            }
        }

        Assert.Equal(inOrder.All(), other.All());
        Assert.Equal(OrderFree(inOrder.Counters), OrderFree(other.Counters));
    });

    private static List<T> InOrder<T>(IEnumerable<T> rows)
        where T : notnull => [.. rows.OrderBy(row => row.ToString(), StringComparer.Ordinal)];

    /// <summary>What no watermark decides.</summary>
    private static object OrderFree(JoinCounters c) => (
        c.Read, c.Impressions, c.Repeats, c.DuplicateImpressions, c.Identities, c.Behaviours, (c.Signals, c.UnknownType),
        (c.Joined, c.Late, c.Duplicate, c.Conflicting, c.BeforeImpression, c.NoRequest, c.Unmatched + c.Pending));

    private static void AssertConserved(JoinCounters c)
    {
        Assert.Equal(c.Read, c.Impressions + c.Behaviours + c.Signals + c.Malformed + c.UnknownType);
        Assert.Equal(c.Behaviours, c.Joined + c.Duplicate + c.Late + c.Unmatched + c.Pending);
        Assert.Equal(c.Impressions, c.Identities + c.Repeats + c.DuplicateImpressions + c.ExpiredImpressions + c.OverLimitImpressions);
    }

    /// <summary>The counters that mean the same in every mode.</summary>
    private static void AssertCounters(ReferenceJoin reference, JoinCounters counters)
    {
        List<Line> orphans = [.. reference.Behaviours().Where(line => !reference.HasIdentity(line))];
        int pending = orphans.Count(reference.IsPending);
        Assert.Equal(
            (reference.Impressions, reference.Identities().Count, reference.DuplicateImpressions, reference.Duplicates, reference.Conflicting),
            ((int)counters.Impressions, (int)counters.Identities, counters.DuplicateImpressions, counters.Duplicate, counters.Conflicting));
        Assert.Equal(
            (reference.Signals, reference.Unknown, reference.NoRequest, pending, orphans.Count - pending, 0),
            (counters.Signals, counters.UnknownType, (int)counters.NoRequest, (int)counters.Pending, (int)counters.NoImpression, (int)(counters.Expired + counters.ExpiredImpressions)));
    }

    /// <summary>What became of behaviours whose impression is known, by event type.</summary>
    private static void AssertFates(ReferenceJoin reference, JoinCounters counters)
    {
        List<Line> known = [.. reference.Behaviours().Where(reference.HasIdentity)];
        foreach (string type in (string[])["click", "watch", "gift", "tip"])
        {
            List<Line> ofType = [.. known.Where(line => line.Type == type)];
            int late = ofType.Count(line => line.At >= reference.HorizonEnd(reference.First(line).At));
            Assert.Equal((ofType.Count - late, late), (counters.Of(type, BehaviourFate.Joined), counters.Of(type, BehaviourFate.Late)));
        }

        Assert.Equal(known.Count(line => line.At < reference.First(line).At), counters.BeforeImpression);
    }
}
