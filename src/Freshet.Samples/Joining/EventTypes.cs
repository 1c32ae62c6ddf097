using System.Text;
using Freshet.Core.Events;
using Freshet.Scenes;

namespace Freshet.Samples.Joining;

/// <summary>The event types of a scene, those that it names and those of <see cref="EventTypeNames"/>, and which ids each of them needs.</summary>
internal sealed class EventTypes
{
    private readonly List<byte[]> _names = [];
    private readonly List<EventRole> _roles = [];
    private readonly List<int> _codes = [];

    public EventTypes(Scene scene)
    {
        Add(EventTypeNames.Impression, EventRole.Impression, -1);
        foreach (string type in scene.Behaviours.Select(behaviour => behaviour.EventType)
            .Concat(scene.Regressions.Select(regression => regression.EventType)).Distinct())
        {
            Add(type, EventRole.Behaviour, Behaviours.Count);
            Behaviours.Add(type);
        }

        Add(EventTypeNames.ItemStatus, EventRole.Signal, ItemStatus);
        Add(EventTypeNames.Profile, EventRole.Signal, Profile);
        foreach (string signal in scene.Signals)
        {
            Add(signal, EventRole.Signal, -1);
        }
    }

    private const int ItemStatus = 1;
    private const int Profile = 2;

    /// <summary>The distinct event types of the behaviour tree and of regressions; their index is their code.</summary>
    public List<string> Behaviours { get; } = [];

    /// <summary>The role of an event, and for a behaviour its type's code.</summary>
    public EventRole Find(BehaviourEvent e, out int code)
    {
        ReadOnlySpan<byte> type = e.Type;
        for (int i = 0; i < _names.Count; i++)
        {
            if (type.SequenceEqual(_names[i]))
            {
                code = _codes[i];
                return _roles[i];
            }
        }

        code = -1;
        return EventRole.Unknown;
    }

    /// <summary>Whether an event has the ids that its type needs.</summary>
    public static bool HasIds(BehaviourEvent e, EventRole role, int code) => role switch
    {
        EventRole.Impression => !e.UserId.IsEmpty && !e.RequestId.IsEmpty && !e.ItemId.IsEmpty,
        EventRole.Behaviour => !e.UserId.IsEmpty && !e.ItemId.IsEmpty,
        EventRole.Signal when code == ItemStatus => !e.ItemId.IsEmpty,
        EventRole.Signal when code == Profile => !e.UserId.IsEmpty || !e.ItemId.IsEmpty,
        EventRole.Signal => !e.UserId.IsEmpty,
        _ => true,
    };

    private void Add(string name, EventRole role, int code)
    {
        _names.Add(Encoding.UTF8.GetBytes(name));
        _roles.Add(role);
        _codes.Add(code);
    }
}
