using System.Text;
using Freshet.Core.Events;
using Freshet.Experiments.Labels;
using Freshet.Scenes;
using Freshet.Simulation;
using Freshet.Tests.Samples;

namespace Freshet.Tests.Experiments.Labels;

/// <summary>A small generated day, cut every quarter of an hour and compared with the plain reference.</summary>
internal static class ArrivedDay
{
    private const long Quarter = 15 * TestScene.Minute;

    public static void AssertSameAsReference(int requests)
    {
        Scene example = SceneFile.Parse(LivePlatform.SceneYaml, "examples/demo/scene.yaml");
        var day = new GeneratedDay(example, new LabelStudyOptions { RequestsPerDay = requests }.Platform, default);
        Scene scene = example with { Attribution = example.Attribution with { MinAge = TimeSpan.FromMinutes(1), RetainDays = 30 } };
        var join = new Join(scene);
        var reference = new ReferenceJoin(scene);
        int next = 0;
        for (int quarter = 1; quarter <= 96; quarter++)
        {
            long cutoff = day.Start + (quarter * Quarter);
            for (; next < day.Events.Count && day.Events[next].ReceivedAt <= cutoff; next++)
            {
                Line line = ToLine(day.Events[next]);
                join.Add(line);
                reference.Add(line);
            }

            join.Cut(cutoff);
            Assert.Equal(reference.Samples(cutoff - TestScene.Minute), join.Rows());
        }

        Assert.True(join.Rows().Count > 100, "The day is empty.");
    }

    private static Line ToLine(BehaviourEvent e) => new(
        Encoding.UTF8.GetString(e.Type), Encoding.UTF8.GetString(e.EventId), e.At, Encoding.UTF8.GetString(e.UserId),
        Encoding.UTF8.GetString(e.RequestId), Encoding.UTF8.GetString(e.ItemId), e.Value);
}
