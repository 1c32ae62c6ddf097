using Freshet.Core.Ports;
using Freshet.Core.Versions;
using Freshet.Models;
using Freshet.Samples;
using Freshet.Scenes;
using Freshet.Serving;
using Freshet.Storage.Models;
using Freshet.Sync;
using Freshet.Tests.Storage;
using Freshet.Tests.Training;
using Freshet.Training;

namespace Freshet.Tests.Faults;

/// <summary>Faults of a model store, as a publisher and a server meet them: what was live stays, what was published stays, nothing is half there.</summary>
public sealed class ModelStoreFaultTests : IDisposable
{
    private static readonly Scene s_scene = TinyScene.Of();
    private readonly TemporaryFolder _folder = new();
    private readonly SampleTable _samples = TinyScene.Samples(s_scene, 60);
    private readonly TrainedModel _model;
    private readonly ModelFolder _whole;
    private readonly int _size;

    public ModelStoreFaultTests()
    {
        _model = new Trainer(s_scene).TrainBase(_samples, TinyScene.Start + (60 * TinyScene.Minute), null);
        _whole = new ModelFolder(_folder.File("models"));
        using var bytes = new MemoryStream();
        _model.Model.Save(bytes);
        _size = (int)bytes.Length;
    }

    public void Dispose()
    {
        _model.Model.Dispose();
        _folder.Dispose();
    }

    public static TheoryData<int> Seeds => [1, 2, 3];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_full_disk_publishes_nothing_and_keeps_what_was_published(int seed)
    {
        FaultyModelStore store = Faulty(seed);
        var publisher = new SnapshotPublisher(s_scene, store);
        ModelVersion first = Publish(publisher);
        store.Fault = Fault.FullDisk;

        var error = Assert.Throws<ModelStoreException>(() => Publish(publisher));

        Assert.Contains("cannot be written: No space left on device The versions that were there are untouched. Check the disk's space", error.Message, StringComparison.Ordinal);
        Assert.Equal([first], _whole.List());
        Assert.Equal([first.ToString()], Directory.EnumerateFileSystemEntries(_folder.File("models")).Select(Path.GetFileName)); // and no part of the other
        store.Fault = Fault.None;
        ModelVersion second = Publish(publisher);
        Assert.Equal(first.Sequence + 1, second.Sequence);
        Assert.Equal(Predict(_model.Model), Predict(Live(_whole, second)));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_torn_write_is_refused_when_it_is_read_and_the_live_version_stays(int seed)
    {
        FaultyModelStore store = Faulty(seed);
        var publisher = new SnapshotPublisher(s_scene, store);
        var live = new LiveModel(s_scene, store);
        ModelVersion first = Publish(publisher);
        live.Swap(first);
        store.Fault = Fault.TornWrite;
        ModelVersion torn = Publish(publisher);

        var error = Assert.Throws<SnapshotException>(() => live.Swap(torn));

        Assert.Matches($"^Model version {torn} is refused: its body has [0-9]+ bytes, the manifest says {_size}\\. Serving stays on the version it had\\. Publish the model again\\.$", error.Message);
        Assert.Equal(first, live.Current!.Version);
        store.Fault = Fault.None;
        ModelVersion third = Publish(publisher);
        live.Swap(third);
        Assert.Equal(third, live.Current!.Version);
    }

    /// <summary>A version is read twice: once for its checksum, once to load it. Both may end early.</summary>
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    public void Half_a_read_is_refused_and_a_later_read_works(int seed, int wholeReads)
    {
        FaultyModelStore store = Faulty(seed);
        (LiveModel live, ModelVersion first, ModelVersion second) = LiveAndNext(store);
        (store.Fault, store.WholeReads) = (Fault.HalfRead, wholeReads);

        var error = Assert.Throws<SnapshotException>(() => live.Swap(second));

        Assert.StartsWith($"Model version {second} is refused: its body ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("Serving stays on the version it had. Publish the model again.", error.Message, StringComparison.Ordinal);
        Assert.Equal(first, live.Current!.Version);
        store.Fault = Fault.None;
        live.Swap(second);
        Assert.Equal(Predict(_model.Model), Predict(live.Current!.Model));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_store_that_goes_while_a_version_is_read_leaves_the_live_one(int wholeReads)
    {
        FaultyModelStore store = Faulty(seed: 4);
        (LiveModel live, ModelVersion first, ModelVersion second) = LiveAndNext(store);
        (store.Fault, store.WholeReads) = (Fault.Gone, wholeReads);

        Exception? error = Record.Exception(() => live.Swap(second));

        Assert.True(error is null || error is SnapshotException or ModelStoreException, $"{error}");
        Assert.Equal(error is null ? second : first, live.Current!.Version);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_slow_store_gives_the_same_bits(int seed)
    {
        FaultyModelStore store = Faulty(seed);
        store.Fault = Fault.Slow;

        ModelVersion version = Publish(new SnapshotPublisher(s_scene, store));

        Assert.Equal(Predict(_model.Model), Predict(Live(store, version)));
        Assert.Equal(Predict(_model.Model), Predict(Live(_whole, version)));
    }

    [Fact]
    public void A_store_that_is_gone_is_said_by_publisher_and_server_and_is_used_again_when_it_is_back()
    {
        FaultyModelStore store = Faulty(seed: 1);
        var publisher = new SnapshotPublisher(s_scene, store);
        (LiveModel live, ModelVersion first, ModelVersion second) = LiveAndNext(store);
        store.Fault = Fault.Gone;

        Assert.Contains("cannot be reached", Assert.Throws<ModelStoreException>(() => Publish(publisher)).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be reached", Assert.Throws<ModelStoreException>(() => live.Swap(second)).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be reached", Assert.Throws<ModelStoreException>(() => new SnapshotPublisher(s_scene, store)).Message, StringComparison.Ordinal);

        Assert.Equal(first, live.Current!.Version);
        store.Fault = Fault.None;
        live.Swap(second);
        Assert.Equal(second, live.Current!.Version);
    }

    private FaultyModelStore Faulty(int seed) => new(_whole, seed, _size);

    private (LiveModel Live, ModelVersion First, ModelVersion Second) LiveAndNext(FaultyModelStore store)
    {
        var publisher = new SnapshotPublisher(s_scene, store);
        var live = new LiveModel(s_scene, store);
        ModelVersion first = Publish(publisher), second = Publish(publisher);
        live.Swap(first);
        return (live, first, second);
    }

    private ModelVersion Publish(SnapshotPublisher publisher) =>
        publisher.Publish(_model.Model, VersionKind.Base, cutoff: TinyScene.Start + (60 * TinyScene.Minute), _model.Watermark, _model.Samples);

    private static RankingModel Live(IModelStore store, ModelVersion version) => SnapshotReader.Read(store, s_scene, version).Model;

    private float[] Predict(RankingModel model)
    {
        float[] probabilities = new float[_samples.Features.Count];
        model.Predict(_samples.Features, 0, _samples.Features.Count, probabilities, new ModelWorkspace(), referenceBias: true);
        return probabilities;
    }
}
