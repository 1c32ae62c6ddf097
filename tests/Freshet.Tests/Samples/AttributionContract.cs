using CsCheck;
using Freshet.Core.Checkpoints;
using Freshet.Core.Events;
using Freshet.Core.Samples;
using Freshet.Samples;
using Freshet.Scenes;
using static Freshet.Tests.Samples.TestScene;

namespace Freshet.Tests.Samples;

/// <summary>What holds for every mode of attribution; one class per mode runs it.</summary>
public abstract class AttributionContract
{
    private static readonly Gen<int[]> s_pauses = Gen.Int[0, 9].Array[40];

    /// <summary>The mode and its settings.</summary>
    protected abstract AttributionOptions Options { get; }

    private Scene Scene => With(Options with { MaxSkew = TimeSpan.FromDays(30) });

    [Fact]
    public void Stopped_anywhere_and_resumed_it_hands_out_what_an_undisturbed_one_does() =>
        Gen.Select(Gen.OneOf(GenLog.Conflicting, GenLog.Consistent, GenLog.Delayed), s_pauses).Sample(drawn =>
        {
            Feed whole = new(Scene), stopped = new(Scene);
            var parts = new List<byte[]>();
            long cutoff = FirstMay;
            for (int i = 0; i < drawn.Item1.Length; i++)
            {
                whole.Add(drawn.Item1[i], i);
                stopped.Add(drawn.Item1[i], i);
                int pause = drawn.Item2[i % drawn.Item2.Length];
                if (pause < 3)
                {
                    cutoff += pause * 4 * Hour;
                    whole.Joiner.Cut(cutoff, whole.Table);
                    stopped.Joiner.Cut(cutoff, stopped.Table);
                }

                if (pause is > 0 and < 6)
                {
                    parts.Add(Freeze(stopped.Joiner, everything: parts.Count == 0));
                }

                if (pause is > 1 and < 5)
                {
                    stopped.Joiner = Resume(parts);
                    parts.Clear();
                }
            }

            whole.Joiner.Drain(whole.Table);
            stopped.Joiner.Drain(stopped.Table);
            Assert.Equal(whole.Rows(), stopped.Rows());
            Assert.Equal(Counts(whole.Joiner.Counters), Counts(stopped.Joiner.Counters));
        }, iter: 100);

    [Fact]
    public void A_sample_whose_identity_moved_to_another_day_does_not_stay_behind_after_a_resume()
    {
        Feed whole = new(Scene), stopped = new(Scene);
        Line[] log = [Line.Impression("second", FirstMay + Day + (12 * Hour)), Line.Impression("first", FirstMay + (12 * Hour))];
        foreach (Feed feed in new[] { whole, stopped })
        {
            feed.Add(log[0], 0);
            feed.Joiner.Cut(FirstMay + Day + (20 * Hour), feed.Table);
            feed.Add(log[1], 1);
        }

        stopped.Joiner = Resume([Freeze(stopped.Joiner, everything: true)]);
        whole.Joiner.Drain(whole.Table);
        stopped.Joiner.Drain(stopped.Table);
        Assert.Equal(whole.Rows(), stopped.Rows());
    }

    [Fact]
    public void The_exit_decides_nothing_so_it_may_be_used_at_any_moment() => Gen.Select(GenLog.Delayed, s_pauses).Sample(drawn =>
    {
        Feed once = new(Scene), often = new(Scene);
        for (int i = 0; i < drawn.Item1.Length; i++)
        {
            once.Add(drawn.Item1[i], i);
            often.Add(drawn.Item1[i], i);
            if (drawn.Item2[i % drawn.Item2.Length] < 5)
            {
                often.Joiner.MoveLeft(often.Table);
            }
        }

        once.Joiner.Drain(once.Table);
        often.Joiner.Drain(often.Table);
        Assert.Equal(once.Rows(), often.Rows());
    }, iter: 100);

    [Fact]
    public void What_has_left_does_not_leave_again() => GenLog.Delayed.Sample(log =>
    {
        var feed = new Feed(Scene);
        for (int i = 0; i < log.Length; i++)
        {
            feed.Add(log[i], i);
        }

        long cutoff = FirstMay + (4 * Day);
        feed.Joiner.Cut(cutoff, feed.Table);
        List<Row> first = feed.Rows();
        feed.Joiner.Cut(cutoff, feed.Table);
        feed.Joiner.MoveLeft(feed.Table);
        Assert.Equal(first, feed.Rows());

        feed.Joiner.Drain(feed.Table);
        List<Row> drained = feed.Rows();
        feed.Joiner.Drain(feed.Table);
        Assert.Equal(drained, feed.Rows());
    }, iter: 100);

    /// <summary>Lines say when they arrived: without that a second copy is one more arrival, which may confirm or withdraw a provisional time.</summary>
    [Fact]
    public void An_event_that_comes_twice_changes_no_sample() => GenLog.Delayed.Select(Arrived).Sample(log =>
    {
        Feed once = new(Scene), twice = new(Scene);
        for (int i = 0; i < log.Length; i++)
        {
            once.Add(log[i], i);
            twice.Add(log[i], i);
            twice.Add(log[i], i);
        }

        once.Joiner.Drain(once.Table);
        twice.Joiner.Drain(twice.Table);
        Assert.Equal(Meanings(once), Meanings(twice));
    }, iter: 100);

    /// <summary>The first impression of an identity comes before its repeats, as a label that was handed out is not taken back in every mode.</summary>
    [Fact]
    public void In_any_order_within_lateness_each_identity_gets_the_same_labels() => Gen.Select(GenLog.Unique, Gen.Int).Sample(drawn =>
    {
        Scene scene = With(Options with { MaxSkew = TimeSpan.FromDays(30), Lateness = TimeSpan.FromDays(20) });
        Line[] log = [.. drawn.Item1.OrderBy(line => line.At).ThenBy(line => line.Id, StringComparer.Ordinal)];
        int[] order = [.. Enumerable.Range(0, log.Length)];
        new Random(drawn.Item2).Shuffle(order);
        var impressions = new Queue<int>(order.Where(i => log[i].Type == "impression").Order());

        Feed inOrder = new(scene), shuffled = new(scene);
        for (int i = 0; i < log.Length; i++)
        {
            inOrder.Add(log[i], i);
            int other = log[order[i]].Type == "impression" ? impressions.Dequeue() : order[i];
            shuffled.Add(log[other], other);
        }

        inOrder.Joiner.Drain(inOrder.Table);
        shuffled.Joiner.Drain(shuffled.Table);
        Assert.Equal(LabelsByIdentity(inOrder), LabelsByIdentity(shuffled));
        Assert.Equal(Fates(inOrder.Joiner.Counters), Fates(shuffled.Joiner.Counters));
    }, iter: 200);

    [Fact]
    public void Each_identity_that_was_shown_leaves_at_the_latest_when_drained() => GenLog.Delayed.Sample(log =>
    {
        var feed = new Feed(Scene);
        for (int i = 0; i < log.Length; i++)
        {
            feed.Add(log[i], i);
        }

        feed.Joiner.Drain(feed.Table);
        Assert.Equal(feed.Joiner.Counters.Identities, feed.Rows().Select(row => row.Identity).Distinct().Count());
    }, iter: 100);

    /// <summary>The log with a received_at in the order of its lines: the latest time so far.</summary>
    private static Line[] Arrived(Line[] log)
    {
        long latest = long.MinValue;
        return [.. log.Select(line => line with { ReceivedAt = latest = Math.Max(latest, line.At) })];
    }

    private static byte[] Freeze(Joiner joiner, bool everything)
    {
        using var bytes = new MemoryStream();
        var writer = new CheckpointWriter(bytes);
        joiner.Freeze(everything).WriteTo(writer);
        writer.End();
        return bytes.ToArray();
    }

    private Joiner Resume(List<byte[]> parts)
    {
        var joiner = new Joiner(Scene);
        foreach (byte[] part in parts)
        {
            using var bytes = new MemoryStream(part);
            using var reader = new CheckpointReader(bytes, "memory");
            joiner.Restore(reader);
            reader.End();
        }

        joiner.EndRestore();
        return joiner;
    }

    /// <summary>Samples without the moments at which they left, in an order that does not depend on these.</summary>
    private static List<string> Meanings(Feed feed) =>
    [
        .. feed.Rows().Select(row => $"{row.Identity} {row.Sample with { LeftAt = 0, Elapsed = 0 }} {row.Times} {row.Values} {row.Targets}")
            .Order(StringComparer.Ordinal),
    ];

    private static List<string> LabelsByIdentity(Feed feed) =>
    [
        .. feed.Rows().GroupBy(row => row.Identity).Select(rows =>
            $"{rows.Key} {rows.Select(row => (row.Sample.ShownAt, row.Sample.Row)).Distinct().Single()} {rows.Aggregate(0u, (all, row) => all | row.Sample.Labels)}")
            .Order(StringComparer.Ordinal),
    ];

    private static (long, long, long, long) Fates(JoinCounters c) => (c.Joined, c.Late, c.BeforeImpression, c.Unmatched + c.Pending);

    private static long[] Counts(JoinCounters c) =>
    [
        c.Read, c.Repeats, c.DuplicateImpressions, c.Identities, c.Behaviours, c.Joined, c.Duplicate, c.Late, c.Unmatched, c.Pending,
        c.BeforeImpression, c.AfterLeaving, c.LabelChanges, c.Contradictions, c.Observed, c.Positives,
    ];

    /// <summary>A joiner with its table; the row of a snapshot is the number of its line.</summary>
    private sealed class Feed(Scene scene)
    {
        private readonly BehaviourEvent _event = new();

        public Joiner Joiner { get; set; } = new(scene);

        public SampleTable Table { get; } = new(scene);

        public void Add(Line line, int row)
        {
            line.CopyTo(_event);
            Joiner.Add(_event, Joiner.WantsSnapshot(_event) ? row : -1);
        }

        public List<Row> Rows()
        {
            var rows = new List<Row>();
            foreach (DateOnly date in Table.Days)
            {
                SampleDay day = Table.Find(date)!;
                for (int i = 0; i < day.Count; i++)
                {
                    rows.Add(new Row(
                        date, day.AttributedAt(i), day.Identities[i], day.Samples[i], string.Join(',', day.LabelTimes(i).ToArray()),
                        string.Join(',', day.LabelValues(i).ToArray()), string.Join(',', day.Targets(i).ToArray())));
                }
            }

            return rows;
        }
    }

    private sealed record Row(
        DateOnly Day, long AttributedAt, IdentityKey Identity, LabelledSample Sample, string Times, string Values, string Targets);
}

/// <summary>The contract of mode <c>cumulative</c>.</summary>
public sealed class CumulativeAttributionTests : AttributionContract
{
    /// <inheritdoc/>
    protected override AttributionOptions Options => Cumulative;
}

/// <summary>The contract of mode <c>window</c>.</summary>
public sealed class WindowAttributionTests : AttributionContract
{
    /// <inheritdoc/>
    protected override AttributionOptions Options => Window;
}

/// <summary>The contract of mode <c>immediate</c> where the first row leaves at once.</summary>
public sealed class ImmediateAttributionTests : AttributionContract
{
    /// <inheritdoc/>
    protected override AttributionOptions Options => Immediate;
}

/// <summary>The contract of mode <c>immediate</c> where the first row waits.</summary>
public sealed class ImmediateAttributionWithAWaitTests : AttributionContract
{
    /// <inheritdoc/>
    protected override AttributionOptions Options => Immediate with { EmitAfter = TimeSpan.FromMinutes(7) };
}
