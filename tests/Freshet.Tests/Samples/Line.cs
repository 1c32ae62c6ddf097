using Freshet.Core.Events;

namespace Freshet.Tests.Samples;

/// <summary>One event of a test's log; the empty text is an absent field.</summary>
internal sealed record Line(
    string Type, string Id, long At, string User = "u1", string Request = "r1", string Item = "h1", double Value = double.NaN,
    long? ReceivedAt = null)
{
    public static Line Impression(string id, long at, string user = "u1", string request = "r1", string item = "h1") =>
        new("impression", id, at, user, request, item);

    public void CopyTo(BehaviourEvent e)
    {
        e.Clear();
        e.Set(EventText.Type, Type);
        e.Set(EventText.EventId, Id);
        e.Set(EventText.UserId, User);
        e.Set(EventText.RequestId, Request);
        e.Set(EventText.ItemId, Item);
        e.At = At;
        e.Value = Value;
        e.ReceivedAt = ReceivedAt ?? BehaviourEvent.NoTime;
    }

    public (string User, string Request, string Item) Identity => (User, Request, Item);

    public BehaviourEvent ToEvent()
    {
        var e = new BehaviourEvent();
        CopyTo(e);
        return e;
    }
}
