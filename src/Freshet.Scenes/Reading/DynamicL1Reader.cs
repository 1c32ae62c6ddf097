namespace Freshet.Scenes.Reading;

/// <summary>Reads <c>dynamic_l1</c> of the slots, and says where it cannot have an effect.</summary>
internal sealed class DynamicL1Reader
{
    private const string Key = "dynamic_l1";
    private readonly List<(Section Section, string Table, DynamicL1Options? Options)> _slots = [];

    /// <summary>That of one slot; null where it has none.</summary>
    public DynamicL1Options? Read(Section slot, string table)
    {
        Section section = slot.Child(Key);
        int n = section.Integer("n", 0, 1, int.MaxValue);
        double c = section.Number("c", 1, NumberRange.Multiple);
        section.Close();
        DynamicL1Options? options = slot.Has(Key) ? new DynamicL1Options(n, c) : null;
        if (options is not null && !section.Has("n"))
        {
            slot.Report(Key, "It does not say how often an id is to occur.", "Add 'n', as in { n: 10, c: 1 }.");
        }

        _slots.Add((slot, table, options));
        return options;
    }

    /// <summary>Looks at the slots together, and at what they learn by.</summary>
    public void Check(ModelOptions model, TrainingOptions training)
    {
        bool isGroup = training.RowOptimizer == RowOptimizer.GroupFtrl;
        double rows = isGroup ? training.RowL1 + training.RowGroupL1 : 0;
        foreach ((Section section, string table, DynamicL1Options? options) in _slots)
        {
            if (_slots.First(slot => slot.Table == table).Options != options)
            {
                section.Report(
                    section.Has(Key) ? Key : "table", $"Slots that share the table \"{table}\" differ in it.", "Give all of them the same dynamic_l1, or none.");
            }
            else if (options is not null && !isGroup && model.Name != "lr")
            {
                section.Report(
                    Key, "The embedding rows learn without an L1 penalty that it could multiply.",
                    "Write 'rows: { optimizer: group_ftrl }' in training, use the model lr, or remove it.");
            }
            else if (options is not null && rows + training.WideL1 == 0)
            {
                section.Report(
                    Key, "It multiplies L1 penalties, and all of them are 0.",
                    "Give training wide.l1, or rows.l1 or rows.group_l1 of group_ftrl, or remove it.");
            }
        }
    }
}
