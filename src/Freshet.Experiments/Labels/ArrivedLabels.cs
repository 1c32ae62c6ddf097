using Freshet.Core.Events;
using Freshet.Core.Time;
using Freshet.Samples;
using Freshet.Scenes;

namespace Freshet.Experiments.Labels;

/// <summary>
/// Compares cumulative samples with what had arrived: the labels that a joiner gives which got the same events backwards and
/// without any cutoff before.
/// </summary>
internal static class ArrivedLabels
{
    /// <summary>Of the identities that are old enough at <paramref name="cutoff"/>, those with exactly one sample, with these labels and label times.</summary>
    public static LabelAccuracy Judge(Scene scene, SampleTable samples, IReadOnlyList<BehaviourEvent> arrived, int count, long cutoff)
    {
        SampleTable expected = Attribute(scene, arrived, count);
        Dictionary<IdentityKey, (int Rows, string Labels)> actual = [];
        foreach ((IdentityKey identity, string labels, _) in Rows(samples))
        {
            actual[identity] = (actual.GetValueOrDefault(identity).Rows + 1, labels);
        }

        long identities = 0, correct = 0, newest = cutoff - Milliseconds.Of(scene.Attribution.MinAge);
        foreach ((IdentityKey identity, string labels, _) in Rows(expected).Where(row => row.ShownAt <= newest))
        {
            identities++;
            correct += actual.Remove(identity, out (int Rows, string Labels) row) && row == (1, labels) ? 1 : 0;
        }

        return new LabelAccuracy(identities + actual.Count, correct); // a sample of nobody is wrong too
    }

    private static SampleTable Attribute(Scene scene, IReadOnlyList<BehaviourEvent> arrived, int count)
    {
        var joiner = new Joiner(scene);
        for (int i = count - 1; i >= 0; i--)
        {
            _ = joiner.Add(arrived[i], 0);
        }

        var table = new SampleTable(scene);
        joiner.CutAll(table);
        return table;
    }

    private static IEnumerable<(IdentityKey Identity, string Labels, long ShownAt)> Rows(SampleTable table)
    {
        foreach (DateOnly date in table.Days)
        {
            SampleDay day = table.Find(date)!;
            for (int i = 0; i < day.Count; i++)
            {
                yield return (day.Identities[i], $"{day.Samples[i].Labels} {string.Join(' ', day.LabelTimes(i).ToArray())}", day.Samples[i].ShownAt);
            }
        }
    }
}
