namespace Freshet.Scenes.Reading;

/// <summary>Reads the sections of a scene, those first that others refer to.</summary>
internal static class SceneReader
{
    /// <summary>The scene; worth something only where the ledger stays without mistakes.</summary>
    public static Scene Read(YamlMap map, Ledger ledger)
    {
        Section root = Section.Root(map, ledger);
        string? name = root.Name("scene");
        if (!root.Has("scene"))
        {
            root.Report("scene", "The scene has no name.", "Add 'scene: NAME'; it names folders.");
        }

        TimeZoneInfo timeZone = TimeZoneReader.Read(root);
        IReadOnlyList<Behaviour> behaviours = BehavioursReader.Read(root);
        IReadOnlyList<Regression> regressions = RegressionsReader.Read(root, behaviours);
        IReadOnlyList<string> signals = SignalsReader.Read(root, behaviours, regressions);
        var selectors = new SelectorReader(signals);
        IReadOnlyList<Counter> counters = CountersReader.Read(root, selectors);
        var numbers = new NumericSourceReader(selectors, behaviours, counters);
        var dynamicL1 = new DynamicL1Reader();
        var sketches = new CountSketchReader();
        IReadOnlyList<Slot> slots = SlotsReader.Read(root, selectors, numbers, dynamicL1, sketches);
        IReadOnlyList<DenseFeature> dense = DenseReader.Read(root, numbers);
        HistoryOptions history = HistoryReader.Read(root, behaviours, slots);
        ClosenessOptions closeness = ClosenessReader.Read(root, behaviours);
        AttributionOptions attribution = AttributionReader.Read(root);
        var scene = new Scene
        {
            Name = name ?? "",
            TimeZone = timeZone,
            Behaviours = behaviours,
            Regressions = regressions,
            Signals = signals,
            Counters = counters,
            Slots = slots,
            Dense = dense,
            History = history,
            Closeness = closeness,
            Arrival = ArrivalReader.Read(root),
            Attribution = attribution,
            Samples = SamplesReader.Read(root),
            Model = ModelReader.Read(root),
            Training = TrainingReader.Read(root, attribution),
            Gates = GatesReader.Read(root),
            Limits = LimitsReader.Read(root),
            Sync = SyncReader.Read(root),
            Serving = ServingReader.Read(root, behaviours),
        };
        dynamicL1.Check(scene.Model, scene.Training);
        sketches.Check();
        root.Close();
        return scene;
    }
}
