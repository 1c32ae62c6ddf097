using Freshet.Core.Ports;
using Freshet.Core.Versions;
using Freshet.Models;
using Freshet.Samples;
using Freshet.Scenes;
using Freshet.Storage.Models;
using Freshet.Sync;
using Freshet.Tests.Training;
using Freshet.Training;

namespace Freshet.Tests.Sync;

public sealed class SnapshotTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("freshet-sync-").FullName;
    private readonly Scene _scene = TinyScene.Of();
    private readonly SampleTable _samples;
    private readonly TrainedModel _model;
    private readonly ModelFolder _store;

    public SnapshotTests()
    {
        _samples = TinyScene.Samples(_scene, 60);
        _model = new Trainer(_scene).TrainBase(_samples, TinyScene.Start + (60 * TinyScene.Minute), null);
        _store = new ModelFolder(_folder);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_is_read_predicts_the_same_bits_as_what_was_published()
    {
        ModelVersion version = Publish();

        (RankingModel read, ModelManifest manifest) = SnapshotReader.Read(_store, _scene, version);

        Assert.Equal(Predict(_model.Model), Predict(read));
        Assert.Equal(60, manifest.Samples);
        Assert.Equal(VersionKind.Base, manifest.Kind);
        Assert.Equal(version.ToString(), manifest.Version);
    }

    [Fact]
    public void Versions_sort_by_publish_and_old_ones_go_by_count()
    {
        ModelVersion[] published = [Publish(), Publish(), Publish()];

        Assert.Equal(published[1..], _store.List()); // tiny keeps 2
    }

    [Fact]
    public void A_new_publisher_goes_on_after_the_versions_that_are_there()
    {
        ModelVersion first = Publish();

        ModelVersion second = Publish();

        Assert.Equal(first.Sequence + 1, second.Sequence);
    }

    [Fact]
    public void A_flipped_bit_is_refused_with_both_checksums()
    {
        ModelVersion version = Publish();
        string body = Path.Combine(_folder, version.ToString(), "model.bin");
        byte[] bytes = File.ReadAllBytes(body);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(body, bytes);

        var error = Assert.Throws<SnapshotException>(() => SnapshotReader.Read(_store, _scene, version));

        string manifest = ModelManifest.FromJson(_store.ReadManifest(version))!.Checksum;
        Assert.Equal(
            $"Model version {version} is refused: its body has checksum {Convert.ToHexStringLower(System.IO.Hashing.XxHash128.Hash(bytes))}, the manifest says {manifest}. "
            + "Serving stays on the version it had. Publish the model again.",
            error.Message);
    }

    [Fact]
    public void A_truncated_body_is_refused_with_both_lengths()
    {
        ModelVersion version = Publish();
        string body = Path.Combine(_folder, version.ToString(), "model.bin");
        byte[] bytes = File.ReadAllBytes(body);
        File.WriteAllBytes(body, bytes[..100]);

        var error = Assert.Throws<SnapshotException>(() => SnapshotReader.Read(_store, _scene, version));

        Assert.Contains($"its body has 100 bytes, the manifest says {bytes.Length}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("")]
    [InlineData("{}")]
    public void A_manifest_that_is_none_is_refused(string text)
    {
        ModelVersion version = Publish();
        File.WriteAllText(Path.Combine(_folder, version.ToString(), "manifest.json"), text);

        var error = Assert.Throws<SnapshotException>(() => SnapshotReader.Read(_store, _scene, version));

        Assert.Contains("its manifest is no manifest", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_of_another_kind_is_refused()
    {
        ModelVersion version = Publish();

        var error = Assert.Throws<SnapshotException>(() => SnapshotReader.Read(_store, TinyScene.Of("lr"), version));

        Assert.Contains("it holds model 'esmm' of scene 'tiny', asked for is 'lr' of 'tiny'", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Weights, carried counts and all: the shape is the same, and the ids mean other things.</summary>
    [Fact]
    public void A_model_of_another_scene_is_refused()
    {
        ModelVersion version = Publish();

        var error = Assert.Throws<SnapshotException>(() => SnapshotReader.Read(_store, _scene with { Name = "other" }, version));

        Assert.Equal(
            $"Model version {version} is refused: it holds model 'esmm' of scene 'tiny', asked for is 'esmm' of 'other'. " +
            "Serving stays on the version it had. Publish the model again.",
            error.Message);
    }

    [Fact]
    public void What_a_crash_left_unfinished_is_no_version_and_goes()
    {
        string left = Path.Combine(_folder, ".unfinished-0000000009-20260302T000000");
        _ = Directory.CreateDirectory(left);

        var reopened = new ModelFolder(_folder);

        Assert.Empty(reopened.List());
        Assert.False(Directory.Exists(left));
    }

    [Fact]
    public void A_version_that_is_not_there_is_said_with_its_place()
    {
        var error = Assert.Throws<ModelStoreException>(() => _store.OpenBody(new ModelVersion(0, 7)));

        Assert.Contains(_folder, error.Message, StringComparison.Ordinal);
        Assert.Contains("The versions that were there are untouched.", error.Message, StringComparison.Ordinal);
    }

    private ModelVersion Publish() => new SnapshotPublisher(_scene, _store)
        .Publish(_model.Model, VersionKind.Base, cutoff: TinyScene.Start + (60 * TinyScene.Minute), _model.Watermark, _model.Samples);

    private float[] Predict(RankingModel model)
    {
        float[] probabilities = new float[_samples.Features.Count];
        model.Predict(_samples.Features, 0, _samples.Features.Count, probabilities, new ModelWorkspace(), referenceBias: true);
        return probabilities;
    }
}
