using Freshet.Core.Events;
using Freshet.Core.Samples;
using Freshet.Samples;

namespace Freshet.Tests.Samples;

/// <summary>A row of mode <c>immediate</c> by its meaning.</summary>
internal sealed record Emission(
    IdentityKey Identity, EmissionKind Kind, uint Labels, uint Taught, long ShownAt, int Repeats, long Elapsed, long LeftAt)
{
    /// <summary>All rows that a joiner has handed out, in order.</summary>
    public static List<Emission> All(Join join)
    {
        join.Joiner.CutAll(join.Table);
        var rows = new List<Emission>();
        foreach (DateOnly date in join.Table.Days)
        {
            SampleDay day = join.Table.Find(date)!;
            for (int i = 0; i < day.Count; i++)
            {
                LabelledSample row = day.Samples[i];
                rows.Add(new Emission(
                    day.Identities[i], row.Kind, row.Labels, row.Taught, row.ShownAt, row.Repeats, row.Elapsed, row.LeftAt));
            }
        }

        return rows;
    }
}
