using Freshet.Core.Versions;
using Freshet.Models;
using Freshet.Scenes;
using Freshet.Serving;
using Freshet.Serving.Leases;
using Freshet.Sync;

namespace Freshet.Tests.Serving;

/// <summary>What a lease promises, one interleaving at a time; <see cref="SwapStressTests"/> has them all at once.</summary>
public sealed class LiveModelTests : IDisposable
{
    private const int States = 12;
    private readonly KnownVersions _versions = new(States);
    private readonly List<RankingModel> _freed = [];
    private readonly RankCheck _check;

    public LiveModelTests() => _check = new RankCheck(_versions);

    public void Dispose() => _versions.Dispose();

    [Fact]
    public void A_leased_version_stays_as_it_is_until_its_last_lease_ends_and_is_freed_once()
    {
        using LiveModel live = _versions.Live(_freed.Add);
        ServedModel first = _versions.Whole(0);
        live.Swap(first);
        VersionLease one = live.Acquire(), other = live.Acquire();

        live.Swap(_versions.Whole(1));
        one.Dispose();

        Assert.Empty(_freed);
        Assert.Same(first, other.Served);
        Assert.True(_check.IsRight(first));
        other.Dispose();
        Assert.Equal([first.Model], _freed);
        Assert.True(_check.IsRight(live.Current!));
    }

    [Fact]
    public void A_version_that_nobody_leases_is_freed_by_the_swap()
    {
        using LiveModel live = _versions.Live(_freed.Add);
        ServedModel first = _versions.Whole(0);
        live.Swap(first);
        live.Acquire().Dispose();

        Assert.Empty(_freed);
        live.Swap(_versions.Whole(1));

        Assert.Equal([first.Model], _freed);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_reader_that_is_held_up_before_it_counts_never_gets_a_freed_version(int swaps)
    {
        using LiveModel live = _versions.Live(_freed.Add);
        live.Swap(_versions.Whole(0));
        int looks = 0;

        using VersionLease lease = live.Acquire(held: () =>
        {
            for (int i = 1; looks == 0 && i <= swaps; i++)
            {
                live.Swap(_versions.Whole(i));
            }

            looks++;
        });

        Assert.Equal(2, looks);
        Assert.Equal(swaps, _freed.Count);
        Assert.Same(live.Current, lease.Served);
        Assert.True(_check.IsRight(lease.Served!));
    }

    [Fact]
    public void A_reader_that_is_held_up_may_still_get_a_retired_version_that_another_keeps()
    {
        using LiveModel live = _versions.Live(_freed.Add);
        ServedModel first = _versions.Whole(0);
        live.Swap(first);
        VersionLease other = live.Acquire();

        VersionLease lease = live.Acquire(held: () => live.Swap(_versions.Whole(1)));
        other.Dispose();

        Assert.Same(first, lease.Served);
        Assert.Empty(_freed);
        lease.Dispose();
        Assert.Equal([first.Model], _freed);
    }

    [Fact]
    public void A_reader_that_is_held_up_until_nothing_is_live_gets_nothing()
    {
        LiveModel live = _versions.Live(_freed.Add);
        live.Swap(_versions.Whole(0));

        using VersionLease lease = live.Acquire(held: live.Dispose);

        Assert.Null(lease.Served);
        Assert.Single(_freed);
    }

    [Fact]
    public void A_reader_that_is_held_up_while_its_buffer_is_written_again_gets_the_new_version()
    {
        using LiveModel live = _versions.Live(_freed.Add);
        live.Swap(_versions.Whole(0));
        bool isFirst = true;

        // Two changes later the buffer that it saw is visible again, as another version.
        using VersionLease lease = live.Acquire(held: () =>
        {
            if (isFirst)
            {
                isFirst = false;
                _versions.Apply(live, 1);
                _versions.Apply(live, 2);
            }
        });

        Assert.Equal(2, lease.Served!.Version.Watermark);
        Assert.True(_check.IsRight(lease.Served));
    }

    [Fact]
    public void Streamed_versions_equal_those_that_were_changed_in_place_in_two_buffers()
    {
        LiveModel live = _versions.Live(_freed.Add);
        live.Swap(_versions.Whole(0));

        for (int state = 1; state < States; state++)
        {
            _versions.Apply(live, state);

            Assert.Equal(state, live.Current!.Version.Watermark);
            Assert.True(_check.IsRight(live.Current), $"Version {state} ranks otherwise.");
        }

        Assert.Empty(_freed);
        live.Dispose();
        Assert.Equal(2, _freed.Distinct().Count());
        Assert.Equal(2, _freed.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Whatever_is_leased_meanwhile_no_leased_version_changes_and_each_model_is_freed_once(int seed)
    {
        var random = new Random(seed);
        LiveModel live = _versions.Live(_freed.Add, leaseWait: TimeSpan.Zero);
        VersionLease one = default, other = default;

        for (int step = 0, state = 0; step < 200; step++, state = (state + 1) % States)
        {
            if (state == 0 || random.Next(10) == 0)
            {
                live.Swap(_versions.Whole(state));
            }
            else
            {
                _versions.Apply(live, state);
            }

            if (random.Next(3) == 0)
            {
                one.Dispose();
                one = live.Acquire();
            }

            if (random.Next(5) == 0)
            {
                other.Dispose();
                other = live.Acquire();
            }

            Assert.True(_check.IsRight(live.Current!), $"Live: step {step}, seed {seed}.");
            Assert.True(one.Served is null || _check.IsRight(one.Served), $"Leased: step {step}, seed {seed}.");
            Assert.True(other.Served is null || _check.IsRight(other.Served), $"Leased: step {step}, seed {seed}.");
        }

        RankingModel last = live.Current!.Model;
        live.Dispose();
        one.Dispose();
        other.Dispose();
        Assert.Contains(last, _freed);
        Assert.Equal(_freed.Count, _freed.Distinct().Count());
    }

    [Fact]
    public void A_lease_that_outlasts_the_wait_keeps_its_buffer_and_the_stream_continues_in_another()
    {
        using LiveModel live = _versions.Live(_freed.Add, leaseWait: TimeSpan.Zero);
        ServedModel first = _versions.Whole(0);
        live.Swap(first);
        VersionLease lease = live.Acquire();

        _versions.Apply(live, 1);
        _versions.Apply(live, 2);
        _versions.Apply(live, 3);

        Assert.True(_check.IsRight(lease.Served!));
        Assert.True(_check.IsRight(live.Current!));
        Assert.Empty(_freed);
        lease.Dispose();
        Assert.Equal([first.Model], _freed);
    }

    [Fact]
    public void A_change_that_does_not_fit_leaves_the_live_version_and_the_next_one_is_right()
    {
        Scene wider = KnownVersions.Scene with { Model = KnownVersions.Scene.Model with { Dim = 8 } };
        using RankingModel foreign = RankingModel.Create(wider);
        _ = foreign.TableOf(0).Sight(1, threshold: 1);
        var bad = new ModelChanges(foreign);
        (ModelVersion version, ModelManifest manifest) = _versions.Name(2);
        using LiveModel live = _versions.Live(_freed.Add);
        live.Swap(_versions.Whole(0));
        _versions.Apply(live, 1);

        Assert.ThrowsAny<ArgumentException>(() => live.Apply(bad, version, manifest));

        Assert.Equal(1, live.Current!.Version.Watermark);
        Assert.True(_check.IsRight(live.Current));
        _versions.Apply(live, 2);
        Assert.True(_check.IsRight(live.Current));
    }

    [Fact]
    public void Wrong_use_is_named_and_changes_nothing()
    {
        LiveModel live = _versions.Live();
        (ModelVersion version, ModelManifest manifest) = _versions.Name(1);
        Assert.Contains("none is live", Assert.Throws<InvalidOperationException>(() => live.Apply(_versions.Changes(1), version, manifest)).Message, StringComparison.Ordinal);
        ServedModel first = _versions.Whole(0);
        live.Swap(first);
        Assert.Throws<ArgumentException>(() => live.Swap(first with { Version = version }));
        live.Apply(_versions.Changes(1), version, manifest);
        Assert.Throws<ArgumentException>(() => live.Swap(first));
        Assert.True(_check.IsRight(live.Current!));

        live.Dispose();
        live.Dispose();

        Assert.Null(live.Current);
        ServedModel unused = _versions.Whole(2);
        Assert.Throws<ObjectDisposedException>(() => live.Swap(unused));
        unused.Model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => live.Apply(_versions.Changes(1), version, manifest));
    }

    [Fact]
    public void No_reference_begins_after_the_last_ended_and_one_too_many_is_named()
    {
        ServedModel served = _versions.Whole(0);
        var version = new LeasedVersion(served, new ModelBuffer(served.Model, _freed.Add));
        Assert.True(version.TryAddReference());
        version.EndReference();
        Assert.False(version.IsOver);

        version.EndReference();

        Assert.True(version.IsOver);
        Assert.False(version.TryAddReference());
        Assert.Throws<InvalidOperationException>(version.EndReference);
        Assert.False(version.TryAddReference());
        Assert.Single(_freed);
    }

    [Fact]
    public void Leasing_allocates_nothing()
    {
        using LiveModel live = _versions.Live();
        live.Swap(_versions.Whole(0));
        long seen = 0;

        long bytes = Allocation.Of(() =>
        {
            for (int i = 0; i < 1_000; i++)
            {
                using VersionLease lease = live.Acquire();
                seen += lease.Served!.Version.Sequence;
            }
        });

        Assert.Equal(0, bytes);
        Assert.Equal(6_000, seen);
    }
}
