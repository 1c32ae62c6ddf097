using CsCheck;
using Freshet.Embeddings;
using Freshet.Kernels;

namespace Freshet.Tests.Embeddings;

/// <summary>A base and an increment that restarts from it, under random steps, against two dictionaries.</summary>
public sealed class EmbeddingTableModelTests
{
    private enum Action
    {
        Sight,
        Learn,
        Find,
        Clear,
        Copy,
        CopyBack,
        SaveAndLoad,
    }

    [Fact]
    public void Two_tables_are_two_dictionaries_whatever_is_done_to_them() => Gen.Select(
        Gen.Enum<Action>(), Gen.Bool, Gen.ULong[0, 3000], Gen.Int[1, 3]).Array[1, 120].Sample(
        steps =>
        {
            Subject[] tables = [new(), new()];
            try
            {
                foreach ((Action action, bool isSecond, ulong id, int number) in steps)
                {
                    Subject one = tables[isSecond ? 1 : 0], other = tables[isSecond ? 0 : 1];
                    switch (action)
                    {
                        case Action.Sight:
                            one.Sight(id, number);
                            break;
                        case Action.Learn:
                            one.Learn(id, number);
                            break;
                        case Action.Find:
                            one.Find(id);
                            break;
                        case Action.Clear:
                            one.Clear();
                            break;
                        case Action.Copy:
                            one.CopyFrom(other);
                            break;
                        case Action.CopyBack:
                            tables[1].CopyFrom(tables[0]);
                            break;
                        default:
                            one.SaveAndLoad();
                            break;
                    }
                }

                Array.ForEach(tables, table => table.Check());
            }
            finally
            {
                Array.ForEach(tables, table => table.Dispose());
            }
        },
        iter: 300);

    private sealed class Subject : IDisposable
    {
        private static readonly EmbeddingTableOptions s_options = new() { Name = "a", Dim = 3, Tasks = 1 };
        private EmbeddingTable _table = new(s_options);
        private List<ulong> _order = [];
        private Dictionary<ulong, float[]> _rows = [];
        private Dictionary<ulong, int> _sightings = [];
        private HashSet<ulong> _changed = [];

        public void Sight(ulong first, int threshold)
        {
            // Many at a time, so that the index splits.
            for (ulong id = first; id < first + 40; id++)
            {
                bool admits = !_rows.ContainsKey(id) && (threshold == 1 || (_sightings[id] = _sightings.GetValueOrDefault(id) + 1) >= threshold);
                if (admits)
                {
                    _order.Add(id);
                    _changed.Add(id);
                    _sightings.Remove(id);
                }

                int row = _table.Sight(id, threshold);

                Assert.Equal(_order.IndexOf(id), row);
                if (admits)
                {
                    _rows[id] = _table.Stored(row);
                }
            }
        }

        public void Learn(ulong seed, int count)
        {
            using var updates = new RowUpdates(_table, 2);
            var random = new Random((int)seed);
            for (int i = 0; i < count && _order.Count > 0; i++)
            {
                int row = random.Next(_order.Count);
                float[] gradient = [random.NextSingle(), 2, 3], expected = _rows[_order[row]];
                updates.Begin();
                updates.Add(row & 1, [row], [], gradient, 3, []);
                updates.AddWide(row & 1, [row], [], [0.5f], 1);
                updates.Step(row & 1, new RowLearning());

                Adagrad.Step(expected.AsSpan(0, 3), expected.AsSpan(3, 3), gradient, 0.02f, 0, 1e-8f);
                Ftrl.Step(expected.AsSpan(6, 1), expected.AsSpan(7, 1), expected.AsSpan(8, 1), [0.5f], new FtrlSettings(0.1f));
                _changed.Add(_order[row]);
            }
        }

        public void Find(ulong id) => Assert.Equal(_order.IndexOf(id), _table.Find(id));

        public void Clear()
        {
            _table.ClearChanges();
            _changed.Clear();
        }

        public void CopyFrom(Subject other)
        {
            if (ReferenceEquals(other, this))
            {
                return;
            }

            _table.CopyFrom(other._table);
            (_order, _sightings, _changed) = ([.. other._order], new(other._sightings), [.. other._changed]);
            _rows = other._rows.ToDictionary(row => row.Key, row => (float[])row.Value.Clone());
            Check();
        }

        public void SaveAndLoad()
        {
            byte[] bytes = EmbeddingTableFileTests.Bytes(_table);
            Assert.Equal(bytes.Length, EmbeddingTableFile.Size(_table));
            _table.Dispose();
            _table = new EmbeddingTable(s_options);
            EmbeddingTableFile.Read(_table, new BinaryReader(new MemoryStream(bytes)));
            _order.Sort();
            _changed.Clear();
            Check();
        }

        public void Check()
        {
            ulong[] ids = [.. _order, 5000, 5001];
            int[] rows = new int[ids.Length], changed = new int[_table.ChangedCount];
            _table.Find(ids, rows);
            _table.ChangedRows(changed);
            Assert.Equal(_order.Count, _table.Count);
            Assert.Equal([.. Enumerable.Range(0, _order.Count), -1, -1], rows);
            Assert.Equal(_changed.Order(), changed.Select(_table.IdOf).Order());
            for (int row = 0; row < _order.Count; row++)
            {
                Assert.Equal(_order[row], _table.IdOf(row));
                Assert.Equal(_rows[_order[row]], _table.Stored(row));
            }

            Assert.Equal(_sightings.Count, _table.Sightings.Exact!.Count);
            Assert.All(_sightings, sighting => Assert.Equal(sighting.Value, _table.SightingsOf(sighting.Key)));
        }

        public void Dispose() => _table.Dispose();
    }
}
