namespace Freshet.Tests.Golden;

/// <summary>
/// Every fixture of a folder against the engine: independent numbers from PyTorch in float64 (tools/golden). Another folder is named by
/// FRESHET_GOLDENS; what kind of fixture a file is, is read from its content, so files with other names, sizes and numbers are cases too.
/// </summary>
public sealed class GoldenTests
{
    public static TheoryData<string> Files => [.. GoldenFile.Names];

    [Theory]
    [MemberData(nameof(Files))]
    public void The_engine_gives_the_numbers_of_the_fixture(string name)
    {
        var golden = new GoldenFile(name);
        switch (KindOf(golden))
        {
            case "optimiser":
                OptimizerCase.Check(golden);
                break;
            case "training":
                TrainingCase.Check(golden);
                break;
            case "model":
                ModelCase.Check(golden, userSlots: false);
                ModelCase.Check(golden, userSlots: true);
                break;
            case "layer":
                LayerCase.Check(golden);
                break;
            case "bag":
                BagCase.Check(golden);
                break;
            case "fm":
                FmCase.Check(golden, userSlots: false);
                FmCase.Check(golden, userSlots: true);
                break;
            case "auxiliary":
                AttentionCase.CheckAuxiliary(golden);
                break;
            case "user-to-item":
                AttentionCase.CheckUserToItem(golden);
                break;
            case "item-to-item":
                AttentionCase.CheckItemToItem(golden);
                break;
            case "tree":
                TreeCase.Check(golden);
                break;
            default:
                Assert.Fail($"No test knows what fixture '{name}' is; its kind is told by its fields.");
                break;
        }
    }

    private static string KindOf(GoldenFile golden)
    {
        (string Field, string Kind)[] kinds =
        [
            ("steps", "optimiser"), ("batches", "training"), ("params|out_rows", "model"), ("inputs|bags", "bag"), ("inputs|v_pos", "auxiliary"),
            ("inputs|v_out", "user-to-item"), ("inputs|e_c", "item-to-item"), ("inputs|logits", "tree"), ("params|a", "fm"),
            ("params|W", "layer"),
        ];
        return kinds.FirstOrDefault(kind => golden.Has(kind.Field)).Kind ?? "unknown";
    }
}
