using Freshet.Core.Events;

namespace Freshet.Scenes.Reading;

/// <summary>Reads <c>behaviours</c>, the tree of labels.</summary>
internal static class BehavioursReader
{
    private const string Key = "behaviours";
    private const int MostBehaviours = 32;
    private static readonly TimeSpan s_leastWindow = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_mostWindow = TimeSpan.FromDays(30);

    /// <summary>Parents before their children, otherwise in the order of the file.</summary>
    public static IReadOnlyList<Behaviour> Read(Section root)
    {
        var drafts = root.NamedChildren(Key).Select(child => ReadOne(child.Name, child.Section)).ToList();
        if (drafts.Count is 0 or > MostBehaviours)
        {
            root.Report(
                Key, drafts.Count == 0 ? "The scene has no behaviour that can be read." : $"There are {drafts.Count}.",
                $"List 1 to {MostBehaviours}, as in 'click: {{ from: click, window: 10m }}'.");
        }

        return BehaviourTree.Order(drafts);
    }

    private static BehaviourDraft ReadOne(string name, Section section)
    {
        if (name == EventTypeNames.Impression)
        {
            section.Report("\"impression\" is what behaviours follow.", "Give the behaviour another name.");
        }

        var standard = new Behaviour { Name = name, EventType = name };
        var behaviour = new Behaviour
        {
            Name = name,
            EventType = ReadEventType(section) ?? name,
            Condition = ConditionReader.Read(section),
            Window = section.Duration("window", standard.Window, s_leastWindow, s_mostWindow),
            ImplyParents = section.Flag("imply_parents", standard.ImplyParents),
            LossWeight = section.Number("loss_weight", standard.LossWeight, NumberRange.NotNegative),
        };
        string? parent = section.Scalar("after")?.Text;
        section.Close();
        return new BehaviourDraft(behaviour, parent, section);
    }

    private static string? ReadEventType(Section section)
    {
        string? type = section.Name("from");
        if (!section.Has("from"))
        {
            section.Report("The behaviour does not say which events it comes from.", "Add 'from: TYPE', the type of its events.");
        }
        else if (type is not null && ReservedTypes.Contains(type))
        {
            section.Report("from", $"\"{type}\" events are no behaviour.", $"Name another type; {ReservedTypes.List} have meanings of their own.");
        }

        return type;
    }
}
