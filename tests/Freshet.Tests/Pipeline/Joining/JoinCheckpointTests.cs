using CsCheck;
using Freshet.Core.Checkpoints;
using Freshet.Core.Events;
using Freshet.Samples;
using Freshet.Scenes;
using Freshet.Tests.Samples;
using Freshet.Tests.Storage;
using static Freshet.Tests.Samples.TestScene;

namespace Freshet.Tests.Pipeline.Joining;

/// <summary>A joiner that goes on from a checkpoint is the joiner that was never stopped; damaged checkpoints are refused.</summary>
public sealed class JoinCheckpointTests : IDisposable
{
    private static readonly AttributionOptions[] s_options =
    [
        Cumulative, TestScene.Window, Cumulative with { RetainDays = 0 }, Immediate, Immediate with { EmitAfter = TimeSpan.FromMinutes(7) },
    ];

    private static readonly LimitOptions[] s_limits = [new(), new() { Identities = 4, Orphans = 3 }];

    private static readonly Gen<(Line[] Log, AttributionOptions Options, LimitOptions Limits, int[] Pauses)> s_case = Gen.Select(
        Gen.OneOf(GenLog.Conflicting, GenLog.Consistent, GenLog.Delayed),
        Gen.OneOfConst(s_options), Gen.OneOfConst(s_limits), Gen.Int[0, 5].Array[60]);

    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _warnings = [];
    private int _cases;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_join_stopped_at_any_checkpoint_goes_on_as_if_it_had_not() => s_case.Sample(drawn =>
    {
        Scene scene = With(drawn.Options) with { Limits = drawn.Limits };
        string path = _folder.File($"case{Interlocked.Increment(ref _cases)}");
        var folder = new JoinCheckpoints(path, scene);
        Joiner whole = new(scene), stopped = new(scene);
        SampleTable expected = new(scene), actual = new(scene);
        var e = new BehaviourEvent();
        for (int i = 0; i < drawn.Log.Length; i++)
        {
            drawn.Log[i].CopyTo(e);
            Assert.Equal(whole.Add(e, whole.WantsSnapshot(e) ? i : -1), stopped.Add(e, stopped.WantsSnapshot(e) ? i : -1));
            if (drawn.Pauses[i % drawn.Pauses.Length] is var pause and < 3)
            {
                if (pause < 2)
                {
                    stopped.MoveLeft(actual); // as a run does, at no time that means anything
                }

                folder.Write(stopped, i);
                if (pause == 0)
                {
                    folder = new JoinCheckpoints(path, scene);
                    (stopped, int mark) = folder.Restore()!.Value;
                    Assert.Equal(i, mark);
                }
            }
        }

        whole.Drain(expected);
        stopped.Drain(actual);
        Assert.Equal(Describe(expected), Describe(actual));
        Assert.Equal(Counts(whole.Counters), Counts(stopped.Counters));
        Assert.Equal((whole.ImpressedIdentities, whole.Orphans), (stopped.ImpressedIdentities, stopped.Orphans));
        Assert.Equal(whole.Watermark, stopped.Watermark);
        Assert.Equal(Quantiles(whole), Quantiles(stopped));
    }, iter: 60, threads: 1);

    [Fact]
    public void The_stream_goes_on_while_a_checkpoint_is_written_and_the_checkpoint_is_of_its_moment()
    {
        Scene scene = With(Cumulative);
        var folder = new JoinCheckpoints(_folder.File("busy"), scene);
        var joiner = new Joiner(scene);
        for (int round = 0; round < 8; round++)
        {
            Feed(joiner, round * 5_000, 5_000);
            folder.Begin(joiner, round);
            long joined = joiner.Counters.Joined;
            Feed(joiner, (round + 1) * 5_000, 2_000); // while it is written; fed again they are duplicates

            folder.Wait();
            Joiner restored = new JoinCheckpoints(_folder.File("busy"), scene).Restore()!.Value.Joiner;
            Joiner plain = new(scene);
            for (int before = 0; before <= round; before++)
            {
                Feed(plain, before * 5_000, before == round ? 5_000 : 7_000);
            }

            SampleTable expected = new(scene), actual = new(scene);
            plain.CutAll(expected);
            restored.CutAll(actual);
            Assert.Equal(joined, restored.Counters.Joined);
            Assert.Equal(Describe(expected), Describe(actual));
        }
    }

    [Theory]
    [InlineData(0.1, false)]
    [InlineData(0.9, false)]
    [InlineData(0.5, true)]
    public void A_damaged_checkpoint_is_refused_and_the_one_before_is_taken(double where, bool isCutOff)
    {
        Scene scene = With(Cumulative);
        var folder = new JoinCheckpoints(_folder.File("damaged"), scene);
        var joiner = new Joiner(scene);
        for (int i = 0; i < 3; i++)
        {
            Feed(joiner, i * 1_000, 1_000);
            folder.Write(joiner, i);
        }

        string newest = Directory.GetFiles(_folder.File("damaged"), "*.checkpoint").Order(StringComparer.Ordinal).Last();
        byte[] bytes = File.ReadAllBytes(newest);
        int place = (int)(bytes.Length * where);
        bytes[place] ^= 0x40;
        File.WriteAllBytes(newest, isCutOff ? bytes[..place] : bytes);

        (_, int mark) = new JoinCheckpoints(_folder.File("damaged"), scene, _warnings.Add).Restore()!.Value;

        Assert.Equal(1, mark);
        Assert.Contains(newest, Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_scene_is_refused_with_both_fingerprints()
    {
        var joiner = new Joiner(With(Cumulative));
        var folder = new JoinCheckpoints(_folder.File("other"), With(Cumulative));
        folder.Write(joiner, 0);

        CheckpointException refused = Assert.Throws<CheckpointException>(
            () => new JoinCheckpoints(_folder.File("other"), With(Cumulative with { Grace = TimeSpan.FromHours(3) })).Restore());

        Assert.Contains("other behaviours or attribution", refused.Message, StringComparison.Ordinal);
    }

    private static void Feed(Joiner joiner, int start, int count)
    {
        var e = new BehaviourEvent();
        for (int i = start; i < start + count; i++)
        {
            string type = (i % 4) switch { 0 => "impression", 1 => "click", 2 => "watch", _ => "gift" };
            int page = i % 3 == 0 ? i / 4 : i / 40;
            new Line(type, $"event-{i}", FirstMay + (i * 1_000L), $"u{page % 50}", $"r{page}", "h1", i % 50).CopyTo(e);
            joiner.Add(e, joiner.WantsSnapshot(e) ? i : -1);
        }
    }

    private static List<string> Describe(SampleTable table)
    {
        var lines = new List<string>();
        foreach (DateOnly date in table.Days)
        {
            SampleDay day = table.Find(date)!;
            for (int i = 0; i < day.Count; i++)
            {
                lines.Add($"{date} {day.AttributedAt(i)} {day.Samples[i]} {day.Identities[i]} {string.Join(',', day.LabelTimes(i).ToArray())} " +
                    $"{string.Join(',', day.LabelValues(i).ToArray())} {string.Join(',', day.Targets(i).ToArray())}");
            }
        }

        return lines;
    }

    private static IEnumerable<(long, double)> Quantiles(Joiner joiner) =>
        joiner.Delays.SelectMany(delays => (double[])[0, 0.25, 0.5, 0.75, 1], (delays, share) => (delays.Count, delays.Quantile(share)));

    private static long[] Counts(JoinCounters c) =>
    [
        c.Read, c.Impressions, c.Repeats, c.DuplicateImpressions, c.ExpiredImpressions, c.Identities, c.Behaviours, c.Joined, c.Duplicate, c.Late,
        c.Unmatched, c.Pending, c.NoRequest, c.Expired, c.Conflicting, c.BeforeImpression, c.AfterLeaving,
        c.LabelChanges, c.Contradictions, c.Observed, c.Positives, c.OverLimit, c.OverLimitImpressions,
    ];
}
