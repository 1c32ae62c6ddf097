using Freshet.Core;
using Freshet.Core.Events;
using Freshet.Simulation.Traffic;
using Freshet.Simulation.World;

namespace Freshet.Simulation;

/// <summary>A user asks for a page of hosts. Belongs to the platform and is valid until it advances.</summary>
public sealed class RankingRequest
{
    private readonly UserPopulation _users;
    private readonly HostPopulation _hosts;
    private readonly byte[] _surface = EventWriter.Surface.ToArray();
    private readonly int[] _candidates;
    private int _count;

    internal RankingRequest(UserPopulation users, HostPopulation hosts, int capacity)
    {
        _users = users;
        _hosts = hosts;
        _candidates = new int[capacity];
    }

    /// <summary>Number of the request, from 0; the request id is <c>r</c> and this number.</summary>
    public long Number { get; internal set; } = -1;

    /// <summary>Index of the user, from 0; the user id is <c>u</c> and this number.</summary>
    public int User { get; internal set; }

    /// <summary>Time of the request, ms since the epoch; event time and processing time are the same here.</summary>
    public long At { get; internal set; }

    /// <summary>Hosts to rank, all on air, in no order: indices from 0; the item id is <c>h</c> and this number.</summary>
    public ReadOnlySpan<int> Candidates => _candidates.AsSpan(0, _count);

    /// <summary>UTF-8 id of the user.</summary>
    public ReadOnlySpan<byte> UserId => _users.Ids[User];

    /// <summary>UTF-8 name of the page.</summary>
    public ReadOnlySpan<byte> Surface => _surface;

    /// <summary>UTF-8 item id of the candidate at <paramref name="index"/> in <see cref="Candidates"/>.</summary>
    public ReadOnlySpan<byte> ItemId(int index) => _hosts.Ids[Candidates[index]];

    /// <summary>
    /// Makes <paramref name="destination"/> the impression that the candidate at <paramref name="index"/> would be, at request
    /// time and without event id, position, arm and version: what a feature snapshot needs.
    /// </summary>
    public void Describe(int index, BehaviourEvent destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        destination.Clear();
        destination.At = At;
        destination.Set(EventText.Type, EventTypeNames.ImpressionBytes);
        EventWriter.SetNumbered(destination, EventText.RequestId, (byte)'r', Number);
        destination.Set(EventText.UserId, UserId);
        destination.Set(EventText.ItemId, ItemId(index));
        destination.Set(EventText.Surface, Surface);
    }

    internal void Fill(OnAirList onAir, ref SplitMix64 random) => _count = onAir.Draw(_candidates, ref random);
}
