using Freshet.Core.Snapshots;

namespace Freshet.Tests.Core.Snapshots;

public sealed class SnapshotColumnsTests
{
    private readonly SnapshotColumns _columns =
        new(new SnapshotSchema(Slots: ["item", "tag"], Dense: [], HistoryLength: 3, HistoryItemSlot: 0, Tasks: [], Targets: []));

    [Fact]
    public void Ids_and_history_added_together_are_those_added_one_by_one()
    {
        _columns.BeginRow();
        _columns.AddIds([1, 2]);
        _columns.AddId(3);
        _columns.EndSlot();
        _columns.AddIds([]);
        _columns.EndSlot();
        _columns.AddHistory([7, 8], [0, 1], [100, 90]);
        _columns.AddHistory(9, 1, 80);
        int row = _columns.EndRow(4, 5);

        Assert.Equal([1UL, 2, 3], _columns.Ids(row, 0).ToArray());
        Assert.True(_columns.Ids(row, 1).IsEmpty);
        Assert.Equal([7UL, 8, 9], _columns.HistoryItems(row).ToArray());
        Assert.Equal([0, 1, 1], _columns.HistoryBehaviours(row).ToArray());
        Assert.Equal([100L, 90, 80], _columns.HistoryTimes(row).ToArray());
    }

    [Fact]
    public void A_history_of_different_lengths_is_refused_with_all_of_them()
    {
        var failure = Assert.Throws<ArgumentException>(() => _columns.AddHistory([1, 2], [0], [1, 2, 3]));

        Assert.Equal("A history has 2 items, 1 behaviours and 3 times; give as many of each.", failure.Message);
    }
}
