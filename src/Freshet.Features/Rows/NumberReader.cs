using Freshet.Core.Ports;
using Freshet.Core.Time;
using Freshet.Features.Histories;
using Freshet.Features.Plans;
using Freshet.Scenes;

namespace Freshet.Features.Rows;

/// <summary>The numbers of one row. Windows are read from the store once a row, when the first number asks for them.</summary>
internal sealed class NumberReader(
    ScenePlan plan, RowValues values, IFeatureStore store, ClosenessSums closeness, Totals totals, SceneDays days)
{
    private readonly WindowKey[] _keys = new WindowKey[plan.Counters.Length * CounterKeys.Limit];
    private readonly long[] _read = new long[Math.Max(1, plan.SumCount) * CounterKeys.Limit];
    private readonly long[] _sums = new long[plan.SumCount];
    private readonly int[] _keyCounts = new int[plan.Counters.Length];
    private bool _windowsRead;

    /// <summary>Turns to the row that <see cref="RowValues"/> has begun.</summary>
    public void Begin() => _windowsRead = false;

    /// <summary>The number; NaN where it is absent.</summary>
    public double Read(in NumberPlan number)
    {
        switch (number.Kind)
        {
            case NumericKind.Field:
                return values.Number(number.Selector);
            case NumericKind.DayFraction:
                return days.ShareOf(values.Time.At);
            case NumericKind.Closeness:
                return closeness.Read(values.UserRow, values.Item, values.Time.Counted, values.Time.Now);
        }

        ReadWindows();
        if (_keyCounts[number.Counter] == 0)
        {
            return double.NaN;
        }

        return number.Kind == NumericKind.Count
            ? _sums[number.Sum]
            : (_sums[number.Sum] + (totals.Prior(number.Behaviour) * number.PriorWeight)) / (_sums[number.Impressions] + number.PriorWeight);
    }

    private void ReadWindows()
    {
        if (_windowsRead)
        {
            return;
        }

        _windowsRead = true;
        Span<ulong> hashes = stackalloc ulong[CounterKeys.Limit];
        int keyCount = 0;
        for (int i = 0; i < plan.Counters.Length; i++)
        {
            _keyCounts[i] = CounterKeys.Write(values, plan.Counters[i], hashes);
            for (int j = 0; j < _keyCounts[i]; j++)
            {
                _keys[keyCount++] = new WindowKey(i, hashes[j]);
            }
        }

        store.Read(_keys.AsSpan(0, keyCount), values.Time.Counted, values.Time.Now, _read);
        Array.Clear(_sums);
        int place = 0;
        foreach (ref readonly WindowKey key in _keys.AsSpan(0, keyCount))
        {
            CounterPlan counter = plan.Counters[key.Counter];
            for (int field = 0; field < counter.Fields.Count; field++)
            {
                _sums[counter.FirstSum + field] += _read[place++];
            }
        }
    }
}
