using Freshet.Core.Snapshots;
using Freshet.Models;
using Freshet.Scenes;

namespace Freshet.Tests.Models;

public sealed class ModelSnapshotTests
{
    private readonly Scene _scene = TestScene.Create("deepfm");

    [Fact]
    public void Every_truncation_is_refused()
    {
        byte[] bytes = Saved();

        for (int length = 0; length < bytes.Length; length += length < 800 ? 1 : 97)
        {
            var error = Assert.Throws<ModelSnapshotException>(
                () => RankingModel.Load(_scene, new MemoryStream(bytes, 0, length)));
            Assert.Equal(
                "The model snapshot ends too early. No model was loaded. Load another version, or train a new base.", error.Message);
        }
    }

    [Fact]
    public void A_byte_changed_in_the_frame_is_refused()
    {
        byte[] bytes = Saved();

        for (int at = 0; at < 20; at++)
        {
            byte[] damaged = [.. bytes];
            damaged[at] ^= 0x40;
            Assert.Throws<ModelSnapshotException>(() => RankingModel.Load(_scene, new MemoryStream(damaged)));
        }
    }

    [Fact]
    public void Another_format_version_names_both()
    {
        byte[] bytes = Saved();
        bytes[4] = 9;

        var error = Assert.Throws<ModelSnapshotException>(() => RankingModel.Load(_scene, new MemoryStream(bytes)));

        Assert.Equal(
            "The model snapshot cannot be used: its format version is 9, this program reads 4. " +
            "No model was loaded. Load another version, or train a new base.",
            error.Message);
    }

    [Fact]
    public void A_model_of_another_scene_names_both_shapes()
    {
        Scene other = TestScene.Create("deepfm", layers: [12, 5]);

        var error = Assert.Throws<ModelSnapshotException>(() => RankingModel.Load(other, new MemoryStream(Saved())));

        Assert.StartsWith("The model snapshot cannot be used: it is of another shape, 'model=deepfm dim=8 layers=12,12,5 ", error.Message);
        Assert.Contains("the scene's is 'model=deepfm dim=8 layers=12,5 ", error.Message);
    }

    [Fact]
    public void The_zoo_is_listed_when_a_name_is_unknown()
    {
        var error = Assert.Throws<SceneException>(() => RankingModel.Create(TestScene.Create("transformer")));

        Assert.StartsWith("There is no model 'transformer'; use one of lr, fm, wide-deep, deepfm, esmm, esmm-dfm, esmm-dfm-dmr, din, mmoe, ple, dcn-v2.", error.Message);
    }

    private byte[] Saved()
    {
        using RankingModel model = RankingModel.Create(_scene);
        (SnapshotColumns rows, float[] labels) = TestScene.Batch(_scene, seed: 1);
        model.Learn(rows, labels, [], LearnPhase.Base);
        using var stream = new MemoryStream();
        model.Save(stream);
        return stream.ToArray();
    }
}
