namespace Freshet.Scenes;

/// <summary>Which windows a scene's counters must keep: those that some source reads, and no other.</summary>
public static class WindowLayout
{
    /// <summary>[counters] the fields of each, in the order in which the scene's sources first read them; empty = not kept.</summary>
    /// <remarks>Dense features come before bucket slots; a rate reads its behaviour, then the impressions.</remarks>
    public static IReadOnlyList<IReadOnlyList<WindowField>> Of(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        List<WindowField>[] layout = [.. scene.Counters.Select(_ => new List<WindowField>())];
        IEnumerable<NumericSource> buckets = scene.Slots.Where(slot => slot.Bucket is not null).Select(slot => slot.Bucket!.Source);
        foreach (NumericSource source in scene.Dense.Select(dense => dense.Source).Concat(buckets))
        {
            if (source.Kind is not (NumericKind.Count or NumericKind.Rate))
            {
                continue;
            }

            Add(layout[source.Counter], new WindowField(source.Behaviour + 1, source.Window));
            if (source.Kind == NumericKind.Rate)
            {
                Add(layout[source.Counter], new WindowField(0, source.Window));
            }
        }

        return layout;
    }

    private static void Add(List<WindowField> fields, WindowField field)
    {
        if (!fields.Contains(field))
        {
            fields.Add(field);
        }
    }
}
