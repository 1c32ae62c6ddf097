using CsCheck;
using Freshet.Core.Events;
using Freshet.Core.Samples;
using Freshet.Samples;
using Freshet.Scenes;
using static Freshet.Tests.Samples.TestScene;

namespace Freshet.Tests.Samples;

/// <summary>A cutoff that looks only at what changed gives what one that looks at all of the day gives, to the last bit.</summary>
public sealed class IncrementalCutTests
{
    private static readonly AttributionOptions[] s_options =
    [
        Cumulative with { MaxSkew = TimeSpan.FromDays(30) },
        Cumulative with { MaxSkew = TimeSpan.FromDays(30), Horizon = TimeSpan.FromHours(3), MinAge = TimeSpan.FromHours(1) },
        Cumulative with { MaxSkew = TimeSpan.FromDays(30), Grace = TimeSpan.Zero, RetainDays = 0, MinAge = TimeSpan.Zero },
    ];

    /// <summary>A log in any order, cut every few lines at times that never go back, and now and then to the end.</summary>
    private static readonly Gen<(Line[] Log, AttributionOptions Options, int[] Pauses)> s_case = Gen.Select(
        Gen.OneOf(GenLog.Conflicting, GenLog.Consistent, GenLog.Delayed), Gen.OneOfConst(s_options), Gen.Int[0, 11].Array[60]);

    [Fact]
    public void A_cutoff_from_what_changed_equals_one_from_all() => s_case.Sample(drawn =>
    {
        Join incremental = new(With(drawn.Options)), full = new(With(drawn.Options), attributesInFull: true);
        long cutoff = FirstMay;
        for (int i = 0; i < drawn.Log.Length; i++)
        {
            incremental.Add(drawn.Log[i]);
            full.Add(drawn.Log[i]);
            if (drawn.Pauses[i % drawn.Pauses.Length] is var pause and < 6)
            {
                cutoff += pause * 2 * Hour;
                bool all = pause == 5;
                AssertCut(incremental, full, cutoff, all);
            }
        }

        AssertCut(incremental, full, cutoff + Day, all: false);
        AssertCut(incremental, full, cutoff + Day, all: true);
    }, iter: 400);

    [Fact]
    public void Changes_are_the_samples_that_are_new_or_differ() => s_case.Sample(drawn =>
    {
        var join = new Join(With(drawn.Options));
        Dictionary<DateOnly, List<Sample>> before = [];
        long cutoff = FirstMay;
        for (int i = 0; i < drawn.Log.Length; i++)
        {
            join.Add(drawn.Log[i]);
            if (drawn.Pauses[i % drawn.Pauses.Length] is var pause and < 5)
            {
                cutoff += pause * 2 * Hour;
                join.Cut(cutoff);
                before = AssertChanges(join.Table, before);
            }
        }
    }, iter: 400);

    [Fact]
    public void A_label_that_comes_late_changes_its_sample_alone()
    {
        var join = new Join(With(Cumulative));
        for (int i = 0; i < 100; i++)
        {
            join.Add(Line.Impression($"i{i:000}", FirstMay + (i * Minute), "u1", $"r{i}"));
        }

        join.Cut(FirstMay + (3 * Hour));
        join.Add(new Line("click", "c1", FirstMay + (170 * Minute), "u1", "r42"));
        join.Cut(FirstMay + (3 * Hour) + (15 * Minute));

        SampleDay day = join.Table.Find(join.Table.Days[0])!;
        Assert.Equal([42], day.Changes.ToArray());
        Assert.Equal(42, day.FirstChange);
        Assert.True(day.Samples[42].Has(Click));
        Assert.Equal(FirstMay + (3 * Hour) + (15 * Minute), day.AttributedAt(0));
    }

    private static void AssertCut(Join incremental, Join full, long cutoff, bool all)
    {
        foreach (Join join in (Join[])[incremental, full])
        {
            if (all)
            {
                join.Joiner.CutAll(join.Table);
            }
            else
            {
                join.Cut(cutoff);
            }
        }

        Assert.Equal(full.Table.Days, incremental.Table.Days);
        foreach (DateOnly date in full.Table.Days)
        {
            Assert.Equal(SamplesOf(full.Table, date), SamplesOf(incremental.Table, date));
        }
    }

    /// <summary>Compares the changes that each day tells with those seen from outside; days attributed for the first time are all new.</summary>
    private static Dictionary<DateOnly, List<Sample>> AssertChanges(SampleTable table, Dictionary<DateOnly, List<Sample>> before)
    {
        Dictionary<DateOnly, List<Sample>> now = [];
        foreach (DateOnly date in table.Days)
        {
            SampleDay day = table.Find(date)!;
            List<Sample> samples = now[date] = [.. SamplesOf(table, date).Select(sample => sample with { AttributedAt = 0 })];
            List<Sample> former = before.GetValueOrDefault(date) ?? [];
            int[] changed = [.. Enumerable.Range(0, samples.Count).Where(i => !former.Contains(samples[i]))];
            int common = samples.Zip(former).TakeWhile(pair => pair.First == pair.Second).Count();

            Assert.Equal(changed, day.Changes.ToArray());
            Assert.Equal(common, day.FirstChange);
        }

        return now;
    }

    private static List<Sample> SamplesOf(SampleTable table, DateOnly date)
    {
        SampleDay day = table.Find(date)!;
        return
        [
            .. Enumerable.Range(0, day.Count).Select(i => new Sample(
                day.Identities[i], day.Samples[i], day.AttributedAt(i), string.Join(',', day.LabelTimes(i).ToArray()),
                string.Join(',', day.LabelValues(i).ToArray()), string.Join(',', day.Targets(i).ToArray()))),
        ];
    }

    private sealed record Sample(
        IdentityKey Identity, LabelledSample Labelled, long AttributedAt, string Times, string Values, string Targets);
}
