using Freshet.Core.Events;

namespace Freshet.Datasets.Profiles;

/// <summary>Profiles of items, then of users, each in the order of event ids, all at one time.</summary>
internal sealed class ProfileEvents(ProfileTable items, ProfileTable users, long at)
{
    private int _next;

    public bool TryRead(BehaviourEvent destination)
    {
        if (_next >= items.Count + users.Count)
        {
            return false;
        }

        bool item = _next < items.Count;
        (item ? items : users).Write(item ? _next : _next - items.Count, at, destination);
        _next++;
        return true;
    }
}
