using Freshet.Embeddings;
using Freshet.Scenes;

namespace Freshet.Models.Inputs;

/// <summary>The embedding tables of a model, and which slot reads which.</summary>
internal sealed class SparseTables : IDisposable
{
    private const string BiasTable = "(position)";
    private const string OutputTable = "(output)";
    private readonly ModelShape _shape;
    private readonly EmbeddingTable[] _tables;
    private readonly SlotInput[] _slots;

    /// <summary>Empty tables: those of the slots in the order in which slots first name them, that of output rows, that of positions.</summary>
    public SparseTables(ModelShape shape)
    {
        _shape = shape;
        Scene scene = shape.Scene;
        var names = new List<string>();
        _slots = [.. scene.Slots.Select(slot => new SlotInput(slot, IndexOf(names, slot.Table)))];
        int wide = shape.Blocks.Wide ? shape.Heads : 0;
        var tables = new List<EmbeddingTable>(names.Select(name => Table(name, shape.Dim, wide)));
        if (shape.Blocks.History == HistoryKind.Dmr)
        {
            Output = tables.Count;
            tables.Add(Table(OutputTable, shape.Dim, 0));
        }

        if (scene.Model.PositionBias)
        {
            Bias = tables.Count;
            tables.Add(Table(BiasTable, 0, shape.Heads));
        }

        _tables = [.. tables];
        NeedsPositives = _tables.Any(table => table.Options.Eviction.MaxRows > 0);
    }

    /// <summary>Whether the rows of a table have scores, for which positive labels count.</summary>
    public bool NeedsPositives { get; }

    /// <summary>Number of the day of what is learnt now.</summary>
    public int Day
    {
        set
        {
            foreach (EmbeddingTable table in _tables)
            {
                table.Day = value;
            }
        }
    }

    /// <summary>All tables.</summary>
    public ReadOnlySpan<EmbeddingTable> All => _tables;

    /// <summary>[slots].</summary>
    public ReadOnlySpan<SlotInput> Slots => _slots;

    /// <summary>Number of the table of output rows v'; -1 where the model has none.</summary>
    public int Output { get; } = -1;

    /// <summary>Number of the table of positions; -1 where the model has none.</summary>
    public int Bias { get; } = -1;

    /// <summary>A table by its number.</summary>
    public EmbeddingTable this[int table] => _tables[table];

    /// <summary>The table of a slot.</summary>
    public EmbeddingTable Of(int slot) => _tables[_slots[slot].Table];

    /// <summary>Gives up rows at the end of a base or an increment; an item's output row goes with its row.</summary>
    /// <param name="day">Number of the day of the newest sample that was learnt.</param>
    /// <param name="phase">In increments tables that are over their rows alone, and none that a frozen slot reads.</param>
    /// <returns>[tables] rows given up.</returns>
    public int[] Evict(int day, LearnPhase phase)
    {
        int[] evicted = new int[_tables.Length];
        for (int table = 0; table < _tables.Length; table++)
        {
            evicted[table] = phase == LearnPhase.Base ? _tables[table].Evict(day)
                : Array.Exists(_slots, slot => slot.Table == table && !slot.Learns(phase)) ? 0
                : _tables[table].EvictOverflow(day);
        }

        if (Output >= 0 && evicted[_slots[_shape.ItemSlot].Table] > 0)
        {
            EmbeddingTable items = Of(_shape.ItemSlot), outputs = _tables[Output];
            evicted[Output] = outputs.Keep([.. Enumerable.Range(0, outputs.Count).Where(row => items.Find(outputs.IdOf(row)) >= 0)]);
        }

        return evicted;
    }

    /// <summary>Makes these tables equal to those of a model of the same shape.</summary>
    public void CopyFrom(SparseTables other)
    {
        for (int table = 0; table < _tables.Length; table++)
        {
            _tables[table].CopyFrom(other._tables[table]);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (EmbeddingTable table in _tables)
        {
            table.Dispose();
        }
    }

    private static int IndexOf(List<string> names, string name)
    {
        int index = names.IndexOf(name);
        if (index < 0)
        {
            index = names.Count;
            names.Add(name);
        }

        return index;
    }

    private EmbeddingTable Table(string name, int dim, int tasks) => new(TableSettings.Of(_shape.Scene, name, dim, tasks));
}
