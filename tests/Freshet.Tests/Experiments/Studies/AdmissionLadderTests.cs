using Freshet.Experiments.Studies;
using Freshet.Scenes;

namespace Freshet.Tests.Experiments.Studies;

public sealed class AdmissionLadderTests
{
    private static readonly IReadOnlyList<StudyVariant> s_variants = AdmissionLadder.Of(SmallPlatform.Scene);

    [Theory]
    [InlineData("none", AdmissionRule.None, 1, 1, true, RowOptimizer.Adagrad, 0, false)]
    [InlineData("hard", AdmissionRule.Hard, 10, 5, false, RowOptimizer.Adagrad, 0, false)]
    [InlineData("hard+carry", AdmissionRule.Hard, 10, 5, true, RowOptimizer.Adagrad, 0, false)]
    [InlineData("low+carry", AdmissionRule.Hard, 3, 2, true, RowOptimizer.Adagrad, 0, false)]
    [InlineData("poisson", AdmissionRule.Poisson, 10, 5, true, RowOptimizer.Adagrad, 0, false)]
    [InlineData("group-ftrl", AdmissionRule.None, 1, 1, true, RowOptimizer.GroupFtrl, 0, false)]
    [InlineData("l1", AdmissionRule.None, 1, 1, true, RowOptimizer.GroupFtrl, AdmissionLadder.RowGroupL1, false)]
    [InlineData("dynamic-l1", AdmissionRule.None, 1, 1, true, RowOptimizer.GroupFtrl, AdmissionLadder.RowGroupL1, true)]
    [InlineData("dynamic-l1+low+carry", AdmissionRule.Hard, 3, 2, true, RowOptimizer.GroupFtrl, AdmissionLadder.RowGroupL1, true)]
    [InlineData("dynamic-l1+poisson", AdmissionRule.Poisson, 10, 5, true, RowOptimizer.GroupFtrl, AdmissionLadder.RowGroupL1, true)]
    public void A_scene_is_what_its_variant_is_called(
        string name, AdmissionRule rule, int full, int incremental, bool carry, RowOptimizer optimizer, double rowL1, bool isDynamic)
    {
        foreach ((string variant, string[] frozen) in new[] { (name, Array.Empty<string>()), ($"{name}, time frozen", ["hour"]) })
        {
            Scene scene = s_variants.Single(other => other.Name == variant).Change(SmallPlatform.Scene);

            Assert.All(scene.Slots, slot =>
            {
                Assert.Equal(new AdmissionOptions { Rule = rule, Full = full, Incremental = incremental, Carry = carry }, slot.Admission);
                Assert.Equal(isDynamic ? new DynamicL1Options(10, 2) : null, slot.DynamicL1);
            });
            Assert.Equal(optimizer, scene.Training.RowOptimizer);
            Assert.Equal((rowL1, rowL1 > 0 ? AdmissionLadder.WideL1 : 0), (scene.Training.RowGroupL1, scene.Training.WideL1));
            Assert.Equal(frozen, scene.Slots.Where(slot => slot.Freeze == Freeze.Rows).Select(slot => slot.Name));
        }
    }

    [Fact]
    public void Every_rule_is_there_once_with_and_once_without_freezing()
    {
        Assert.Equal((2 * AdmissionLadder.Rules.Count) + 1, s_variants.Select(variant => variant.Name).Distinct().Count());
        Assert.Equal("none", s_variants[0].Name);
    }

    [Fact]
    public void What_would_repeat_a_line_is_left_out()
    {
        Scene scene = SmallPlatform.Scene;
        Scene timeless = scene with { Slots = [.. scene.Slots.Where(slot => slot.Name != "hour" && slot.Cross.Count == 0)] };

        Assert.Equal(AdmissionLadder.Rules.Count, AdmissionLadder.Of(timeless).Count);
        Assert.Equal(2 * (AdmissionLadder.Rules.Count - 1), AdmissionLadder.Of(scene with { Model = scene.Model with { Name = "lr" } }).Count);
    }

    [Fact]
    public void A_cross_with_a_slot_of_time_is_of_time_too()
    {
        Slot[] slots =
        [
            new() { Name = "item", Table = "item", Source = new Selector(SelectorKind.Item) },
            new() { Name = "weekday", Table = "weekday", Source = new Selector(SelectorKind.Weekday) },
            new() { Name = "both", Table = "both", Cross = [0, 1] },
        ];
        Scene scene = SmallPlatform.Scene with { Slots = slots };

        Scene frozen = AdmissionLadder.Of(scene)[^2].Change(scene);

        Assert.Equal([Freeze.None, Freeze.Rows, Freeze.Rows], frozen.Slots.Select(slot => slot.Freeze));
    }

    [Fact]
    public void Penalties_of_the_scene_are_kept()
    {
        Scene scene = SmallPlatform.Scene with { Training = SmallPlatform.Scene.Training with { WideL1 = 7, RowL1 = 8 } };

        TrainingOptions training = s_variants.Single(variant => variant.Name == "dynamic-l1").Change(scene).Training;

        Assert.Equal((7, 8, 0), (training.WideL1, training.RowL1, training.RowGroupL1));
    }
}
