using System.Globalization;
using Freshet.Core.Events;
using Freshet.Simulation.World;

namespace Freshet.Simulation.Traffic;

/// <summary>Writes the platform's events in the vocabulary of docs/formats.md. Allocates nothing in steady state.</summary>
internal sealed class EventWriter(long start, UserPopulation users, HostPopulation hosts)
{
    private readonly List<(string Arm, string ModelVersion)> _shownBy = [];

    /// <summary>UTF-8 name of the only page.</summary>
    public static ReadOnlySpan<byte> Surface => "home"u8;

    /// <summary>Remembers who ranked a page, once for all its impressions.</summary>
    public int ShownBy(string arm, string modelVersion)
    {
        if (_shownBy.Count == 0 || _shownBy[^1] != (arm, modelVersion))
        {
            int known = _shownBy.LastIndexOf((arm, modelVersion));
            if (known >= 0)
            {
                return known;
            }

            _shownBy.Add((arm, modelVersion));
        }

        return _shownBy.Count - 1;
    }

    public void Write(in PlatformEvent source, BehaviourEvent destination)
    {
        destination.Clear();
        destination.At = start + source.At;
        if (source.ReceivedAt != long.MaxValue)
        {
            destination.ReceivedAt = start + source.ReceivedAt;
        }

        destination.Value = source.Value;
        SetNumbered(destination, EventText.EventId, (byte)'e', source.Number);
        if (source.Request >= 0)
        {
            SetNumbered(destination, EventText.RequestId, (byte)'r', source.Request);
        }

        if (source.User >= 0)
        {
            destination.Set(EventText.UserId, users.Ids[source.User]);
        }

        if (source.Host >= 0)
        {
            destination.Set(EventText.ItemId, hosts.Ids[source.Host]);
        }

        WriteKind(source, destination);
    }

    /// <summary>Sets a field to a letter and a number, such as r17.</summary>
    public static void SetNumbered(BehaviourEvent destination, EventText field, byte prefix, long number)
    {
        Span<byte> text = stackalloc byte[24];
        text[0] = prefix;
        _ = number.TryFormat(text[1..], out int digits, default, CultureInfo.InvariantCulture);
        destination.Set(field, text[..(digits + 1)]);
    }

    private void WriteKind(in PlatformEvent source, BehaviourEvent destination)
    {
        destination.Set(EventText.Type, Type(source.Kind));
        switch (source.Kind)
        {
            case EventKind.Impression:
                destination.Position = source.Position;
                destination.Set(EventText.Surface, Surface);
                destination.Set(EventText.Arm, _shownBy[source.ShownBy].Arm);
                destination.Set(EventText.ModelVersion, _shownBy[source.ShownBy].ModelVersion);
                break;
            case EventKind.SongPlay:
                destination.AddFeature("song_id"u8, Names.Songs[source.Detail]);
                break;
            case EventKind.HostStatus:
                destination.AddFeature("on_air"u8, source.IsOnAir ? "1"u8 : "0"u8);
                destination.AddFeature("activity"u8, source.IsOnAir ? Names.Activities[source.Detail] : "off"u8);
                destination.AddFeature("category"u8, Names.Categories[hosts.Category(source.Host)]);
                break;
            case EventKind.HostProfile:
                destination.AddFeature("category"u8, Names.Categories[hosts.Category(source.Host)]);
                break;
            case EventKind.UserProfile:
                destination.AddFeature("age_range"u8, Names.AgeRanges[users.AgeRange(source.User)]);
                break;
            default:
                break;
        }
    }

    private static ReadOnlySpan<byte> Type(EventKind kind) => kind switch
    {
        EventKind.Impression => EventTypeNames.ImpressionBytes,
        EventKind.Click => "click"u8,
        EventKind.Watch => "watch"u8,
        EventKind.Interact => "interact"u8,
        EventKind.Follow => "follow"u8,
        EventKind.Gift => "gift"u8,
        EventKind.SongPlay => "song_play"u8,
        EventKind.HostStatus => EventTypeNames.ItemStatusBytes,
        _ => EventTypeNames.ProfileBytes,
    };
}
