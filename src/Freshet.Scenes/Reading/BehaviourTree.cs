using Freshet.Core.Events;

namespace Freshet.Scenes.Reading;

/// <summary>Orders behaviours so that parents come first, and finds parents that do not exist or form a circle.</summary>
internal static class BehaviourTree
{
    public static IReadOnlyList<Behaviour> Order(IReadOnlyList<BehaviourDraft> drafts)
    {
        var byName = drafts.ToDictionary(draft => draft.Behaviour.Name, StringComparer.Ordinal);
        var ordered = new List<Behaviour>();
        var indices = new Dictionary<string, int>(StringComparer.Ordinal);
        var open = new List<string>();
        foreach (BehaviourDraft draft in drafts)
        {
            Place(draft);
        }

        return ordered;

        void Place(BehaviourDraft draft)
        {
            string name = draft.Behaviour.Name;
            if (indices.ContainsKey(name))
            {
                return;
            }

            open.Add(name);
            int parent = PlaceParent(draft);
            open.Remove(name);
            indices[name] = ordered.Count;
            ordered.Add(draft.Behaviour with { Parent = parent });
        }

        int PlaceParent(BehaviourDraft draft)
        {
            if (draft.Parent is null or EventTypeNames.Impression)
            {
                return -1;
            }

            if (!byName.TryGetValue(draft.Parent, out BehaviourDraft? parent))
            {
                draft.Section.Report(
                    "after", $"\"{draft.Parent}\" is no behaviour of this scene.", Suggestion.For(draft.Parent, [.. byName.Keys], ""));
                return -1;
            }

            int start = open.IndexOf(draft.Parent);
            if (start >= 0)
            {
                string circle = string.Join(" after ", open[start..].Append(draft.Parent));
                draft.Section.Report("after", $"The parents form a circle: {circle}.", "Remove one 'after', so that the tree begins at the impression.");
                return -1;
            }

            Place(parent);
            return indices[draft.Parent];
        }
    }
}
