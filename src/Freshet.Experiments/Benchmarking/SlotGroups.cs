namespace Freshet.Experiments.Benchmarking;

/// <summary>Which slots share a table and a vocabulary in a benchmark. bench/peers/README.md defines it, for PyTorch too.</summary>
internal static class SlotGroups
{
    /// <summary>Group of the item slot; histories and output rows are of its ids.</summary>
    public const int Item = 2;

    private static readonly string[] s_names = ["user_a", "user_b", "item", "item_field"];

    /// <summary>Number of the group of slot <paramref name="slot"/>.</summary>
    public static int Of(int slot, BenchmarkOptions options)
    {
        int users = options.UserSlots;
        return slot < users / 2 ? 0 : slot < users ? 1 : slot == users ? Item : 3;
    }

    /// <summary>Name of a group, and of its table.</summary>
    public static string Name(int group) => s_names[group];
}
