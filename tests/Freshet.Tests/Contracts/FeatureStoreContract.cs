using Freshet.Core.Ports;
using Freshet.Scenes;
using static Freshet.Tests.Features.StageDriver;

namespace Freshet.Tests.Contracts;

/// <summary>What every store of real-time windows promises; an adapter derives from it and says how to open one.</summary>
public abstract class FeatureStoreContract
{
    private const ulong A = 0x9E3779B97F4A7C15, B = 0xD1B54A32D192ED03;
    private const int Impression = 0, Click = 1;

    /// <summary>Fields of the scene's counters: impressions in 5 min, 1 h, 1 d, then clicks in the same.</summary>
    private const int Fields = 6;

    /// <summary>Opens an empty store for the counters of <paramref name="scene"/>.</summary>
    protected abstract IFeatureStore Open(Scene scene);

    [Fact]
    public void An_unknown_key_has_counts_of_zero()
    {
        long[] counts = Enumerable.Repeat(7L, Fields).ToArray();

        New().Read([Key(A)], Start, Start, counts);

        Assert.Equal(new long[Fields], counts);
    }

    [Fact]
    public void Counts_go_to_their_key_their_field_and_their_window()
    {
        IFeatureStore store = New();
        store.Count([new(Key(A), Impression, Start), new(Key(A), Click, Start), new(Key(B), Impression, Start)], Start);
        store.Count([new(Key(A), Impression, Start + (30 * Minute))], Start + (30 * Minute));

        Assert.Equal([1, 2, 2, 0, 1, 1], Read(store, A, Start + (30 * Minute)));
        Assert.Equal([0, 1, 1, 0, 0, 0], Read(store, B, Start + (30 * Minute)));
    }

    [Fact]
    public void Keys_read_together_are_those_read_alone_one_behind_the_other()
    {
        IFeatureStore store = New();
        store.Count([new(Key(A), Impression, Start), new(Key(B), Click, Start)], Start);
        long[] together = new long[2 * Fields];

        store.Read([Key(B), Key(A)], Start, Start, together);

        Assert.Equal([.. Read(store, B, Start), .. Read(store, A, Start)], together);
    }

    [Fact]
    public void Counts_of_one_batch_equal_the_same_counts_one_by_one()
    {
        IFeatureStore together = New(), alone = New();
        WindowCount[] counts = [.. Enumerable.Range(0, 100).Select(i => new WindowCount(Key(i % 3 == 0 ? A : B), i % 2, Start + (i * Minute)))];

        together.Count(counts, Start + (100 * Minute));
        foreach (WindowCount count in counts)
        {
            alone.Count([count], Start + (100 * Minute));
        }

        Assert.Equal(Read(alone, A, Start + (100 * Minute)), Read(together, A, Start + (100 * Minute)));
        Assert.Equal(Read(alone, B, Start + (100 * Minute)), Read(together, B, Start + (100 * Minute)));
    }

    [Fact]
    public void Empty_batches_change_nothing()
    {
        IFeatureStore store = New();
        store.Count([new(Key(A), Impression, Start)], Start);

        store.Count([], Start);
        store.Read([], Start, Start, []);

        Assert.Equal([1, 1, 1, 0, 0, 0], Read(store, A, Start));
    }

    [Fact]
    public void An_event_out_of_order_counts_in_its_own_bucket_and_one_that_is_too_old_counts_nowhere()
    {
        IFeatureStore store = New();
        store.Count([new(Key(A), Impression, Start + (2 * Day))], Start + (2 * Day));
        store.Count([new(Key(A), Impression, Start + (2 * Day) - Hour)], Start + (2 * Day));
        store.Count([new(Key(A), Impression, Start)], Start + (2 * Day));

        Assert.Equal([1, 1, 2, 0, 0, 0], Read(store, A, Start + (2 * Day)));
    }

    [Fact]
    public void Reading_changes_nothing()
    {
        IFeatureStore store = New();
        store.Count([new(Key(A), Impression, Start)], Start);
        _ = Read(store, A, Start + (3 * Minute));
        _ = Read(store, B, Start + (3 * Minute));

        Assert.Equal([1, 1, 1, 0, 0, 0], Read(store, A, Start + (3 * Minute)));
    }

    [Fact]
    public void What_was_saved_is_there_after_a_restore_and_counts_go_on()
    {
        IFeatureStore store = New(), restored = New();
        Fill(store, seed: 1, count: 2_000);
        using var state = new MemoryStream();
        using (var writer = new BinaryWriter(state, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            store.Save(writer);
        }

        Fill(restored, seed: 9, count: 50); // replaced by the restore
        state.Position = 0;
        using (var reader = new BinaryReader(state))
        {
            restored.Restore(reader);
        }

        Fill(store, seed: 2, count: 500);
        Fill(restored, seed: 2, count: 500);
        for (ulong key = 0; key < 20; key++)
        {
            Assert.Equal(Read(store, key * A, Start + Day), Read(restored, key * A, Start + Day));
        }
    }

    private static WindowKey Key(ulong hash) => new(0, hash);

    private static void Fill(IFeatureStore store, int seed, int count)
    {
        var random = new Random(seed);
        for (int i = 0; i < count; i++)
        {
            long at = Start + (random.Next(24 * 60) * Minute);
            store.Count([new(Key((ulong)random.Next(20) * A), random.Next(2), at)], Start + Day);
        }
    }

    private static long[] Read(IFeatureStore store, ulong key, long at)
    {
        long[] counts = new long[Fields];
        store.Read([Key(key)], at, at, counts);
        return counts;
    }

    private IFeatureStore New() => Open(Freshet.Tests.Features.Scenes.ItemWindows());
}
