using CsCheck;
using Freshet.Core.Events;
using Freshet.Core.Ports;

namespace Freshet.Tests.Core.Ports;

public sealed class EventPartitionTests
{
    [Fact]
    public void All_events_of_a_user_lie_in_one_partition()
    {
        var impression = new BehaviourEvent();
        impression.Set(EventText.UserId, "u1");
        impression.Set(EventText.ItemId, "h9");
        var profile = new BehaviourEvent();
        profile.Set(EventText.UserId, "u1");

        Assert.Equal(EventPartition.Of(impression, 7), EventPartition.Of(profile, 7));
        Assert.Equal(EventPartition.Of("u1"u8, 7), EventPartition.Of(impression, 7));
    }

    [Fact]
    public void An_event_without_user_goes_by_its_item()
    {
        var status = new BehaviourEvent();
        status.Set(EventText.ItemId, "h9");

        Assert.Equal(EventPartition.Of("h9"u8, 7), EventPartition.Of(status, 7));
    }

    [Fact]
    public void The_partition_of_an_id_never_changes_between_releases()
    {
        int[] partitions = [.. Enumerable.Range(0, 5).Select(user => EventPartition.Of(System.Text.Encoding.UTF8.GetBytes($"u{user}"), 1_000))];

        Assert.Equal(s_expectedOfReleases, partitions);
    }

    [Fact]
    public void Partitions_are_within_the_count() =>
        Gen.Select(Gen.Byte.Array[0, 50], Gen.Int[1, 1_024]).Sample((id, count) => EventPartition.Of(id, count) is var p && p >= 0 && p < count);

    private static readonly int[] s_expectedOfReleases = [415, 385, 846, 661, 259];
}
