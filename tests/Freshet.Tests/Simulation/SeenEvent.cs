using System.Text;
using Freshet.Core.Events;

namespace Freshet.Tests.Simulation;

/// <summary>One event of the platform, as values.</summary>
internal sealed record SeenEvent(
    string Type, string EventId, string RequestId, string UserId, string ItemId, long At, long ReceivedAt, double Value,
    int Position, string Features)
{
    public (string User, string Request, string Item) Identity => (UserId, RequestId, ItemId);

    public bool IsBehaviour => Type is "click" or "watch" or "interact" or "follow" or "gift";

    public static SeenEvent Of(BehaviourEvent source)
    {
        var features = new StringBuilder();
        for (int i = 0; i < source.FeatureCount; i++)
        {
            FeatureView feature = source.Feature(i);
            features.Append(Text(feature.Name)).Append('=').Append(Text(feature.Value(0))).Append(';');
        }

        return new SeenEvent(
            Text(source.Type), Text(source.EventId), Text(source.RequestId), Text(source.UserId), Text(source.ItemId),
            source.At, source.ReceivedAt, source.Value, source.Position, features.ToString());
    }

    private static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);
}
