using Freshet.Scenes;

namespace Freshet.Tests.Scenes;

public sealed class SceneFileTests
{
    private const string Minimal = """
        scene: tiny
        behaviours:
          click: { from: click }
        slots:
          user: { source: user }

        """;

    [Theory]
    [InlineData("0", 0)]
    [InlineData("0s", 0)]
    [InlineData("0m", 0)]
    [InlineData("1m", 60)]
    public void Increments_every_0_are_streaming(string every, int seconds)
    {
        Scene scene = SceneFile.Parse(
            $"scene: s\nbehaviours: {{ click: {{ from: click }} }}\nslots: {{ user: {{ source: user }} }}\ntraining: {{ increment: {{ every: {every} }} }}", "s");

        Assert.Equal(TimeSpan.FromSeconds(seconds), scene.Training.IncrementEvery);
        Assert.Equal(seconds == 0, scene.Training.IsStreaming);
        Assert.Equal(TimeSpan.FromSeconds(seconds == 0 ? 10 : seconds), scene.UpdateEvery);
    }

    [Fact]
    public void The_smallest_scene_has_the_documented_defaults()
    {
        Scene scene = SceneFile.Parse(Minimal, "tiny.yaml");

        Assert.Equal("tiny", scene.Name);
        Assert.Equal(TimeZoneInfo.Utc, scene.TimeZone);
        Assert.Equal(new Behaviour { Name = "click", EventType = "click" }, Assert.Single(scene.Behaviours));
        Slot slot = Assert.Single(scene.Slots);
        Assert.Equal(("user", "user", new Selector(SelectorKind.User)), (slot.Name, slot.Table, slot.Source));
        Assert.Equal(new TrainingOptions(), scene.Training);
        Assert.Equal(new AttributionOptions(), scene.Attribution);
        Assert.Equal(new GateOptions(), scene.Gates);
        Assert.Equal(new LimitOptions(), scene.Limits);
        Assert.Equal(new SyncOptions(), scene.Sync);
        Assert.Equal((0, -1), (scene.History.Length, scene.History.ItemSlot));
        Assert.Empty(scene.Closeness.Weights);
        Assert.Empty(scene.Serving.Exponents);
        Assert.Empty(scene.Regressions);
        var model = new ModelOptions();
        Assert.Equal([256, 128, 64], scene.Model.Layers);
        Assert.Equal([128, 64], scene.Model.Experts.Units);
        Assert.Equal(model, scene.Model with { Layers = model.Layers, Experts = model.Experts });
        Assert.Equal(model.Experts, scene.Model.Experts with { Units = model.Experts.Units });
    }

    [Fact]
    public void Every_setting_reaches_its_record()
    {
        Scene scene = SceneFile.Read(SceneTexts.PathOf("everything.yaml"));

        Assert.Equal("Asia/Shanghai", scene.TimeZone.Id);
        Assert.Equal(["click", "watch30", "stay", "like"], scene.Behaviours.Select(behaviour => behaviour.Name));
        Assert.Equal(
            new Behaviour
            {
                Name = "watch30",
                EventType = "watch",
                Condition = new BehaviourCondition(ConditionKind.Value, Comparison.AtLeast, 30),
                Parent = 0,
                Window = TimeSpan.FromHours(1),
                ImplyParents = false,
                LossWeight = 0.5,
            },
            scene.Behaviours[1]);
        Assert.Equal(new BehaviourCondition(ConditionKind.SumOfValues, Comparison.MoreThan, 90.5), scene.Behaviours[2].Condition);
        Assert.Equal(["song_play"], scene.Signals);
        Assert.Equal(2, scene.Counters.Count);
        Assert.Equal([new Selector(SelectorKind.User), new Selector(SelectorKind.ItemField, "tag")], scene.Counters[1].Key);
        Assert.Equal((20, 7.5), (scene.Counters[0].PriorWeight, scene.Counters[1].PriorWeight));
        Slot tag = scene.Slots.Single(slot => slot.Name == "tag");
        Assert.Equal((',', Pooling.Mean, "tags"), (tag.Split!.Value, tag.Pooling, tag.Table));
        Assert.Equal(new AdmissionOptions { Rule = AdmissionRule.Poisson, Full = 3, Incremental = 2, Carry = false, Sketch = new CountSketchOptions(5000, 0.02) }, tag.Admission);
        Assert.Equal(new DynamicL1Options(12, 2.5), tag.DynamicL1);
        Assert.Equal(Freeze.Rows, scene.Slots.Single(slot => slot.Name == "hour").Freeze);
        Assert.Equal([0, 1], scene.Slots.Single(slot => slot.Name == "user_video").Cross);
        BucketSource bucket = scene.Slots.Single(slot => slot.Name == "item_ctr").Bucket!;
        Assert.Equal(new NumericSource { Kind = NumericKind.Rate, Counter = 0, Behaviour = 0, Window = CounterWindow.Hour }, bucket.Source);
        Assert.Equal([-1, 0.5, 2], bucket.Boundaries);
        Assert.Equal(new NumericSource { Kind = NumericKind.Count, Counter = 1, Behaviour = -1, Window = CounterWindow.FiveMinutes }, scene.Dense[0].Source);
        Assert.Equal(
            [Scaling.Log1p, Scaling.Standard, Scaling.None, Scaling.None], scene.Dense.Select(feature => feature.Scaling));
        Assert.Equal((-3, 2.5), (scene.Dense[1].Mean, scene.Dense[1].Deviation));
        Assert.Equal(new Selector(SelectorKind.SignalField, "song.length", "song_play"), scene.Dense[1].Source.Field);
        Assert.Equal([NumericKind.Closeness, NumericKind.DayFraction], scene.Dense.Skip(2).Select(feature => feature.Source.Kind));
        Assert.Equal((20, 1), (scene.History.Length, scene.History.ItemSlot));
        Assert.Equal([3, 0], scene.History.Behaviours);
        Assert.Equal(TimeSpan.FromDays(2), scene.Closeness.HalfLife);
        Assert.Equal([1, 0, 0, 4], scene.Closeness.Weights);
        Assert.Equal(
            new AttributionOptions
            {
                Mode = AttributionMode.Immediate,
                Horizon = TimeSpan.FromHours(3),
                EmitAfter = TimeSpan.FromMinutes(2),
                MinAge = TimeSpan.FromMinutes(4),
                Lateness = TimeSpan.FromSeconds(5),
                MaxSkew = TimeSpan.FromMinutes(6),
                OrphanWait = TimeSpan.FromMinutes(7),
                IdleAfter = TimeSpan.FromMinutes(8),
                RetainDays = 9,
            },
            scene.Attribution);
        Assert.Equal(
            [
                new Regression
                {
                    Name = "seconds",
                    EventType = "watch",
                    Aggregate = TargetAggregate.Max,
                    Scale = TargetScale.None,
                    Absent = AbsentTarget.Zero,
                    Loss = RegressionLoss.Huber,
                    HuberDelta = 2.5,
                    LossWeight = 0.3,
                },
                new Regression { Name = "gifts", EventType = "gift" },
            ],
            scene.Regressions);
        Assert.Equal(
            new ModelOptions
            {
                Name = "ple",
                Tasks = TaskLinks.Roots,
                Dim = 4,
                Layers = scene.Model.Layers,
                Residual = false,
                Head = LogitHead.Residual,
                Attention = new AttentionOptions
                {
                    Hidden = 5,
                    Activation = AttentionActivation.PRelu,
                    Behaviours = false,
                    Negatives = 6,
                    AuxiliaryWeight = 0.7,
                    Positions = AuxiliaryPositions.Keep,
                },
                Experts = new ExpertOptions { Shared = 8, Own = 9, Units = scene.Model.Experts.Units, Levels = 2 },
                Cross = new CrossNetworkOptions { Layers = 12 },
                PositionBias = false,
                ReferencePosition = 2,
                Seed = 11,
            },
            scene.Model);
        Assert.Equal([8, 4], scene.Model.Layers);
        Assert.Equal([10, 11], scene.Model.Experts.Units);
        Assert.Equal(
            new TrainingOptions
            {
                BaseAt = new TimeSpan(4, 30, 0),
                BaseWindow = TimeSpan.FromDays(3),
                BaseMaxAge = TimeSpan.FromHours(36),
                BaseEpochs = 2,
                IncrementEvery = TimeSpan.FromHours(2),
                BaseStart = BaseStart.Previous,
                Restart = Restart.Previous,
                BatchSize = 64,
                SparseGradient = SparseGradient.Mean,
                RowOptimizer = RowOptimizer.GroupFtrl,
                RowAlpha = 0.11,
                RowBeta = 0.12,
                RowL1 = 0.13,
                RowL2 = 0.14,
                RowGroupL1 = 0.15,
                WideAlpha = 0.4,
                WideBeta = 0.5,
                WideL1 = 0.6,
                WideL2 = 0.7,
                DenseLearningRate = 0.002,
                DenseBeta1 = 0.8,
                DenseBeta2 = 0.99,
                DenseEpsilon = 1e-6,
                WarmupSteps = 100,
                DenseClip = 2.5,
                DelayedLoss = DelayedLoss.EsDfm,
                NegativesKept = 0.25,
                ShuffleWindow = 1000,
            },
            scene.Training);
        Assert.Equal(
            new LimitOptions
            {
                Users = 11,
                UserAge = TimeSpan.FromDays(31),
                Items = 12,
                ItemAge = TimeSpan.FromDays(32),
                Identities = 13,
                Orphans = 14,
                Served = 15,
                Quarantine = 16,
                MalformedBytes = 17_000,
            },
            scene.Limits);
        Assert.Equal(new SyncOptions { Every = TimeSpan.FromSeconds(25), Keep = 3 }, scene.Sync);
        Assert.Equal([1, 0.5, 0, 0], scene.Serving.Exponents);
        Assert.Equal(0.25, scene.Serving.Exploration);
    }

    [Fact]
    public void The_two_Adagrads_share_their_settings()
    {
        TrainingOptions training = SceneFile.Parse(
            Minimal + "training: { rows: { optimizer: rowwise_adagrad, learning_rate: 0.03, initial_accumulator: 0.2 } }", "s").Training;

        Assert.Equal(
            new TrainingOptions { RowOptimizer = RowOptimizer.RowwiseAdagrad, RowLearningRate = 0.03, RowInitialAccumulator = 0.2 }, training);
    }

    [Theory]
    [InlineData("lr")]
    [InlineData("fm")]
    [InlineData("wide-deep")]
    [InlineData("deepfm")]
    [InlineData("esmm")]
    [InlineData("esmm-dfm")]
    [InlineData("esmm-dfm-dmr")]
    [InlineData("din")]
    [InlineData("mmoe")]
    [InlineData("ple")]
    [InlineData("dcn-v2")]
    public void Every_model_of_the_zoo_can_be_named_and_four_of_them_need_no_tree(string name)
    {
        ModelOptions model = SceneFile.Parse(Minimal + $"model: {{ name: {name} }}", "s").Model;

        Assert.Equal(name, model.Name);
        Assert.Equal(name is not ("lr" or "fm" or "wide-deep" or "deepfm"), model.UsesTree);
        Assert.True((model with { Tasks = TaskLinks.Tree }).UsesTree);
        Assert.False((model with { Tasks = TaskLinks.Roots }).UsesTree);
    }

    [Theory]
    [InlineData("[click]", "", false)]
    [InlineData("[click, like]", "", true)]
    [InlineData("[click]", "true", true)]
    [InlineData("[click, like]", "false", false)]
    public void Behaviours_have_embeddings_where_several_enter_the_history_unless_the_scene_says_otherwise(string history, string setting, bool expected)
    {
        Scene scene = SceneFile.Parse(
            $$"""
            scene: s
            behaviours: { click: { from: click }, like: { from: like } }
            slots: { item: { source: item } }
            history: { length: 5, behaviours: {{history}}, item_slot: item }
            model: { attention: { hidden: 8{{(setting.Length > 0 ? ", behaviours: " + setting : "")}} } }
            """,
            "s");

        Assert.Equal(expected, scene.Model.Attention.UsesBehaviours(scene.History));
    }

    [Theory]
    [InlineData(TargetScale.Log1p, 0, 0)]
    [InlineData(TargetScale.Log1p, 3, 1.3862943611198906)]
    [InlineData(TargetScale.Log1p, -3, -1.3862943611198906)]
    [InlineData(TargetScale.None, -3, -3)]
    [InlineData(TargetScale.Log1p, double.NaN, double.NaN)]
    public void A_target_is_scaled_and_back(TargetScale scale, double value, double scaled)
    {
        var regression = new Regression { Name = "a", EventType = "a", Scale = scale };

        Assert.Equal(scaled, regression.Scaled(value), 15);
        Assert.Equal(value, regression.Unscaled(regression.Scaled(value)), 14);
    }

    [Fact]
    public void Parents_come_before_their_children_whatever_the_order_of_the_file()
    {
        Scene scene = SceneFile.Parse(
            """
            scene: tree
            behaviours:
              gift: { from: gift, after: stay }
              like: { from: like }
              stay: { from: watch, after: click }
              click: { from: click, after: impression }
            slots: { user: { source: user } }
            """,
            "tree.yaml");

        Assert.Equal(["click", "stay", "gift", "like"], scene.Behaviours.Select(behaviour => behaviour.Name));
        Assert.Equal([-1, 0, 1, -1], scene.Behaviours.Select(behaviour => behaviour.Parent));
    }

    [Fact]
    public void Parts_of_a_file_may_be_named_once_and_used_again()
    {
        Scene scene = SceneFile.Parse(
            """
            scene: anchors
            behaviours:
              click: &usual { from: click, window: 5m }
              like: *usual
            slots: { user: { source: user } }
            """,
            "anchors.yaml");

        Assert.Equal(TimeSpan.FromMinutes(5), scene.Behaviours[1].Window);
    }

    [Fact]
    public void A_seed_may_have_all_64_bits() =>
        Assert.Equal(ulong.MaxValue, SceneFile.Parse(Minimal + "model: { seed: 18446744073709551615 }", "s").Model.Seed);

    [Fact]
    public void A_file_that_is_not_there_says_so()
    {
        SceneException e = Assert.Throws<SceneException>(() => SceneFile.Read("no/such/scene.yaml"));

        Assert.StartsWith("Scene file 'no/such/scene.yaml' cannot be read: ", e.Message, StringComparison.Ordinal);
        Assert.EndsWith("or write an example to start from with 'freshet init DIR'.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_example_of_kuairand_has_no_mistake()
    {
        Scene scene = SceneFile.Parse(Freshet.Datasets.KuaiRand.KuaiRandDataset.SceneYaml, "kuairand");

        Assert.Equal(["click", "watch30", "like"], scene.Behaviours.Select(behaviour => behaviour.Name));
        Assert.Equal([-1, 0, -1], scene.Behaviours.Select(behaviour => behaviour.Parent));
    }
}
