using System.Text;
using Freshet.Core.Events;

namespace Freshet.Tests.Datasets;

/// <summary>An event as strings, for tests.</summary>
internal sealed record ReadEvent(
    string Type, string EventId, string RequestId, string UserId, string ItemId, string Surface, long At, double Value, string Features)
{
    public static List<ReadEvent> All(IEventSource source)
    {
        var events = new List<ReadEvent>();
        var buffer = new BehaviourEvent();
        while (source.TryRead(buffer))
        {
            events.Add(From(buffer));
        }

        return events;
    }

    private static ReadEvent From(BehaviourEvent e) => new(
        Text(e.Type), Text(e.EventId), Text(e.RequestId), Text(e.UserId), Text(e.ItemId), Text(e.Surface), e.At, e.Value,
        string.Join(' ', Enumerable.Range(0, e.FeatureCount).Select(i => Feature(e, i))));

    /// <summary><c>name=text</c>, a number as <c>name:text</c>.</summary>
    private static string Feature(BehaviourEvent e, int index)
    {
        FeatureView feature = e.Feature(index);
        return Text(feature.Name) + (feature.Kind == FeatureKind.Number ? ":" : "=") + Text(feature.Value(0));
    }

    private static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);
}
