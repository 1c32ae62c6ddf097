using CsCheck;
using Freshet.Samples;
using Freshet.Scenes;
using static Freshet.Tests.Samples.TestScene;

namespace Freshet.Tests.Samples;

/// <summary>The negative cache against the plain reference, for drawn logs in order, delayed and shuffled.</summary>
public sealed class WindowLawTests
{
    private static readonly Gen<Line[]> s_log = Gen.OneOf(GenLog.Conflicting, GenLog.Delayed, GenLog.Consistent);

    [Fact]
    public void What_leaves_is_what_the_reference_lets_leave() => s_log.Sample(log =>
    {
        Scene scene = With(Window with { MaxSkew = TimeSpan.FromDays(30) });
        var join = new Join(scene);
        var reference = new ReferenceWindow(scene);
        foreach (Line line in log)
        {
            join.Add(line);
            reference.Add(line);
        }

        reference.Leave();

        Assert.Equal(InOrder(reference.Left), InOrder(join.All()));
    }, iter: 200);

    [Fact]
    public void Fates_are_those_of_the_reference_and_conserve_events() => s_log.Sample(log =>
    {
        Scene scene = With(Window with { MaxSkew = TimeSpan.FromDays(30) });
        var join = new Join(scene);
        var reference = new ReferenceWindow(scene);
        foreach (Line line in log)
        {
            join.Add(line);
            reference.Add(line);
        }

        JoinCounters counters = join.Counters;
        Assert.Equal(reference.Fates(), (counters.Joined, counters.BeforeImpression, counters.Late));
        Assert.Equal(reference.AfterLeaving, counters.AfterLeaving);
        Assert.Equal(
            counters.Behaviours, counters.Joined + counters.Duplicate + counters.Late + counters.Unmatched + counters.Pending);
    }, iter: 200);

    private static List<Join.Row> InOrder(IEnumerable<Join.Row> rows) => [.. rows.OrderBy(row => row.ToString(), StringComparer.Ordinal)];
}
