using System.Globalization;
using System.Text;
using Freshet.Core;
using Freshet.Core.Events;
using Freshet.Features.Keys;
using Freshet.Scenes;

namespace Freshet.Features.Plans;

/// <summary>A scene compiled once: every name is a number, so that no event looks a string up.</summary>
internal sealed class ScenePlan
{
    private readonly Scene _scene;
    private readonly List<SelectorPlan> _selectors = [];
    private readonly Dictionary<Selector, int> _selectorNumbers = [];
    private readonly Dictionary<string, List<string>> _signalFields = [];
    private readonly IReadOnlyList<IReadOnlyList<WindowField>> _fields;

    public ScenePlan(Scene scene)
    {
        _scene = scene;
        _fields = WindowLayout.Of(scene);
        CollectFields();
        CompileEvents();
        int[] firstSums = new int[scene.Counters.Count];
        for (int i = 0; i < firstSums.Length; i++)
        {
            firstSums[i] = SumCount;
            SumCount += _fields[i].Count;
        }

        Counters = [.. scene.Counters.Select((counter, i) => new CounterPlan(
            [.. counter.Key.Select(Number)], _fields[i], Counted(_fields[i]), firstSums[i]))];
        Slots = [.. scene.Slots.Select(Compile)];
        Dense = [.. scene.Dense.Select(dense => new DensePlan(
            FeatureNames.Add(dense.Name), Compile(dense.Source), dense.Scaling, dense.Mean, dense.Deviation))];
        UsesCloseness = Numbers().Any(source => source.Kind == NumericKind.Closeness);
        IsKeyed = new bool[_selectors.Count];
        foreach (int selector in Counters.SelectMany(counter => counter.Key))
        {
            IsKeyed[selector] = true;
        }
    }

    /// <summary>Features of an event that mean something: names of slots, dense features and impression fields.</summary>
    public NameMap FeatureNames { get; } = new();

    /// <summary>Event types, with their plans beside them in <see cref="Events"/>.</summary>
    public NameMap Types { get; } = new();

    /// <summary>[types] what events do.</summary>
    public List<EventPlan> Events { get; } = [];

    /// <summary>Profile fields of users; the fields of signals have the numbers after theirs.</summary>
    public NameMap UserFields { get; } = new();

    /// <summary>Fields of users, signals included.</summary>
    public int UserFieldCount { get; private set; }

    /// <summary>Fields of items.</summary>
    public NameMap ItemFields { get; } = new();

    /// <summary>Distinct selectors.</summary>
    public IReadOnlyList<SelectorPlan> Selectors => _selectors;

    /// <summary>[selectors] whether a counter's key needs the hashes of its values.</summary>
    public bool[] IsKeyed { get; }

    /// <summary>Counters, in the scene's order.</summary>
    public CounterPlan[] Counters { get; }

    /// <summary>Slots, in the scene's order.</summary>
    public SlotPlan[] Slots { get; }

    /// <summary>Dense features, in the scene's order.</summary>
    public DensePlan[] Dense { get; }

    /// <summary>Window sums of one row.</summary>
    public int SumCount { get; }

    /// <summary>Sums of values kept for an identity.</summary>
    public int ValueSumCount { get; private set; }

    /// <summary>Whether some number is a closeness.</summary>
    public bool UsesCloseness { get; }

    private IEnumerable<NumericSource> Numbers() =>
        _scene.Dense.Select(dense => dense.Source).Concat(_scene.Slots.Where(slot => slot.Bucket is not null).Select(slot => slot.Bucket!.Source));

    // Every selector first: the fields of signals get their numbers after those of profiles.
    private void CollectFields()
    {
        IEnumerable<Selector> all = _scene.Slots.Where(slot => slot.Source is not null).Select(slot => slot.Source!)
            .Concat(_scene.Counters.SelectMany(counter => counter.Key))
            .Concat(Numbers().Where(number => number.Field is not null).Select(number => number.Field!));
        List<Selector> selectors = [.. all.Distinct()];
        foreach (Selector selector in selectors.Where(selector => selector.Kind == SelectorKind.UserField))
        {
            UserFields.Add(selector.Field);
        }

        UserFieldCount = UserFields.Count;
        foreach (IGrouping<string, Selector> signal in selectors.Where(s => s.Kind == SelectorKind.SignalField).GroupBy(s => s.Signal))
        {
            _signalFields[signal.Key] = [.. signal.Select(selector => selector.Field)];
        }
    }

    private void CompileEvents()
    {
        AddEvent(EventTypeNames.Impression, new EventPlan { IsImpression = true });
        AddEvent(EventTypeNames.ItemStatus, new EventPlan { SetsFields = true, IsStatus = true });
        AddEvent(EventTypeNames.Profile, new EventPlan { SetsFields = true });
        foreach (string signal in _scene.Signals)
        {
            EventPlan plan = EventOf(signal);
            if (_signalFields.TryGetValue(signal, out List<string>? fields))
            {
                plan.FirstSignalField = UserFieldCount;
                plan.SignalFields = [.. fields.Select(Encoding.UTF8.GetBytes)];
                UserFieldCount += fields.Count;
            }
        }

        for (int i = 0; i < _scene.Behaviours.Count; i++)
        {
            EventPlan plan = EventOf(_scene.Behaviours[i].EventType);
            plan.Behaviours.Add(i);
            if (_scene.Behaviours[i].Condition.Kind == ConditionKind.SumOfValues && plan.Sum < 0)
            {
                plan.Sum = ValueSumCount++;
            }
        }
    }

    private EventPlan EventOf(string type)
    {
        int number = Types.Add(type);
        if (number == Events.Count)
        {
            Events.Add(new EventPlan());
        }

        return Events[number];
    }

    private void AddEvent(string type, EventPlan plan)
    {
        _ = Types.Add(type);
        Events.Add(plan);
    }

    private bool[] Counted(IReadOnlyList<WindowField> fields) =>
        [.. Enumerable.Range(0, _scene.Behaviours.Count + 1).Select(what => fields.Any(field => field.What == what))];

    private int Number(Selector selector)
    {
        if (!_selectorNumbers.TryGetValue(selector, out int number))
        {
            number = _selectors.Count;
            _selectorNumbers.Add(selector, number);
            _selectors.Add(new SelectorPlan(
                selector.Kind,
                selector.Kind == SelectorKind.ImpressionField ? FeatureNames.Add(selector.Field) : -1,
                selector.Kind switch
                {
                    SelectorKind.UserField => UserFields.Add(selector.Field),
                    SelectorKind.ItemField => ItemFields.Add(selector.Field),
                    SelectorKind.SignalField => SignalField(selector),
                    _ => -1,
                }));
        }

        return number;
    }

    private int SignalField(Selector selector)
    {
        int type = Types.Find(Encoding.UTF8.GetBytes(selector.Signal));
        if (type < 0 || !_scene.Signals.Contains(selector.Signal))
        {
            throw new SceneException(
                $"Scene '{_scene.Name}' reads 'signal.{selector.Signal}.{selector.Field}', but its signals are " +
                $"'{string.Join("', '", _scene.Signals)}'. Declare the signal or remove the source.");
        }

        return Events[type].FirstSignalField + _signalFields[selector.Signal].IndexOf(selector.Field);
    }

    private int Field(int counter, int what, CounterWindow window)
    {
        for (int i = 0; i < _fields[counter].Count; i++)
        {
            if (_fields[counter][i] == new WindowField(what, window))
            {
                return i;
            }
        }

        throw new InvalidOperationException($"Counter {counter} does not keep {what} over {window}.");
    }

    private NumberPlan Compile(NumericSource source)
    {
        int sum = -1, impressions = -1;
        double weight = 0;
        if (source.Kind is NumericKind.Count or NumericKind.Rate)
        {
            int first = Counters[source.Counter].FirstSum;
            sum = first + Field(source.Counter, source.Behaviour + 1, source.Window);
            impressions = source.Kind == NumericKind.Rate ? first + Field(source.Counter, 0, source.Window) : -1;
            weight = _scene.Counters[source.Counter].PriorWeight;
        }

        return new NumberPlan(
            source.Kind, source.Field is null ? -1 : Number(source.Field), source.Counter, source.Behaviour, sum, impressions, weight);
    }

    private SlotPlan Compile(Slot slot)
    {
        var hash = new FeatureHash(slot.Table);
        double[] boundaries = [.. slot.Bucket?.Boundaries ?? []];
        return new SlotPlan
        {
            Hash = hash,
            Name = FeatureNames.Add(slot.Name),
            Selector = slot.Source is null ? -1 : Number(slot.Source),
            Cross = [.. slot.Cross],
            Number = slot.Bucket is null ? null : Compile(slot.Bucket.Source),
            Boundaries = boundaries,
            BucketIds = [.. Enumerable.Range(0, boundaries.Length + 1).Select(i => hash.Of(i.ToString(CultureInfo.InvariantCulture)))],
            Split = slot.Split is { } split ? Encoding.UTF8.GetBytes([split]) : [],
        };
    }
}
