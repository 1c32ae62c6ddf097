using System.IO.Hashing;
using Freshet.Core;
using Freshet.Core.Events;
using Freshet.Core.Samples;
using Freshet.Core.Snapshots;
using Freshet.Core.Time;
using Freshet.Embeddings;
using Freshet.Experiments.Reports;
using Freshet.Features;
using Freshet.Models;
using Freshet.Pipeline.Intake;
using Freshet.Samples;
using Freshet.Scenes;
using Freshet.Training;

namespace Freshet.Experiments.Slots;

/// <summary>Trains the base of one day and the increment up to a moment after it, and compares what each saw of every slot.</summary>
/// <remarks>Deterministic: the same events give the same report.</remarks>
public static class FeatureStudy
{
    private const int EventsPerCheck = 2_000;
    private const long VisitMs = 15 * Milliseconds.Minute;

    /// <summary>Joins <paramref name="source"/> up to <paramref name="at"/> and compares.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="source">Events in order of arrival; read up to <paramref name="at"/>, not disposed.</param>
    /// <param name="baseUntil">Last day of the base; null: the first day of the log.</param>
    /// <param name="at">Cutoff of the increment, ms since the epoch, after the base's; null: noon of the day after the base's.</param>
    /// <param name="cancellation">Ends the run with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="FeatureStudyException"><paramref name="at"/> is not after the base's cutoff, or the log ends before that.</exception>
    public static FeatureReport Run(
        Scene scene, IEventSource source, DateOnly? baseUntil = null, long? at = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(source);
        var days = new SceneDays(scene.TimeZone);
        var joiner = new Joiner(scene);
        var samples = new SampleTable(scene);
        var features = new FeatureStage(scene);
        var trainer = new Trainer(scene);
        SampleList inBase = new(features.Schema), inIncrement = new(features.Schema);
        TrainedModel? model = null;
        var visits = new VisitLog();
        var intake = new EventIntake(joiner, new StageFeatures(features, samples), visits);
        var arrived = new BehaviourEvent();
        long now = long.MinValue, baseCutoff = long.MaxValue, end = long.MaxValue;
        for (long events = 1; source.TryRead(arrived); events++)
        {
            if (events % EventsPerCheck == 0)
            {
                cancellation.ThrowIfCancellationRequested();
            }

            EventTime time = joiner.TimeOf(arrived);
            if (time.HasBegun && time.Now > now)
            {
                long before = now;
                now = time.Now;
                if (before == long.MinValue)
                {
                    DateOnly day = baseUntil ?? days.DateOf(now);
                    baseCutoff = days.EndOf(day) + Milliseconds.Of(scene.Training.BaseAt);
                    end = at ?? (days.StartOf(day.AddDays(1)) + (12 * Milliseconds.Hour));
                    RequireAfter(end, baseCutoff, scene.TimeZone);
                }
            }

            if (model is null && now > baseCutoff)
            {
                joiner.Cut(baseCutoff, samples);
                SampleWindow.Select(samples, baseCutoff - Milliseconds.Of(scene.Training.BaseWindow) - 1, baseCutoff, inBase);
                model = trainer.TrainBase(samples, baseCutoff, null, cancellation);
            }

            if (now > end)
            {
                break;
            }

            _ = intake.Take(arrived);
        }

        if (model is null)
        {
            throw new FeatureStudyException("The log ends before the base's day does; give an earlier --base-until. Nothing was compared.");
        }

        joiner.Cut(end, samples);
        SampleWindow.Select(samples, model.LearntUntil, end, inIncrement);
        var increment = new TrainedModel(RankingModel.Create(scene));
        increment.CopyFrom(model);
        _ = trainer.TrainIncrement(increment, samples, end, cancellation);
        IReadOnlyList<SlotStatistics> slots = Compare(scene, samples.Features, visits.Visits, model.Model, inBase, increment.Model, inIncrement);
        model.Model.Dispose();
        increment.Model.Dispose();
        return new FeatureReport(
            scene.Name, scene.Model.Name, ReportBuilder.Local(baseCutoff, scene.TimeZone), ReportBuilder.Local(end, scene.TimeZone), inBase.Count,
            inIncrement.Count, slots);
    }

    /// <summary>What base and increment saw and did, slot by slot; row i of the snapshots belongs to visit i.</summary>
    private static IReadOnlyList<SlotStatistics> Compare(
        Scene scene, SnapshotColumns features, IReadOnlyList<ulong> visits, RankingModel before, SampleList inBase, RankingModel after, SampleList inIncrement)
    {
        int count = scene.Slots.Count;
        SlotCounts[] old = Count(features, visits, inBase, count), fresh = Count(features, visits, inIncrement, count);
        var rows = new RowComparison[count];
        for (int slot = 0; slot < count; slot++)
        {
            rows[slot] = new RowComparison(before.TableOf(slot), after.TableOf(slot));
            foreach (ulong id in fresh[slot].Sightings.Keys)
            {
                rows[slot].Add(id);
            }
        }

        int changed = rows.Sum(entry => entry.Changed);
        return
        [
            .. scene.Slots.Select((slot, index) =>
                Statistics(slot, old[index], fresh[index], before.TableOf(index), after.TableOf(index), rows[index].Changes(changed))),
        ];
    }

    private static string FrozenParts(Freeze freeze) => freeze switch
    {
        Freeze.Rows => "rows",
        Freeze.RowsAndInputs => "rows+inputs",
        _ => "none",
    };

    private static SlotStatistics Statistics(
        Slot slot, SlotCounts inBase, SlotCounts inIncrement, EmbeddingTable before, EmbeddingTable after, SlotChanges changes)
    {
        Dictionary<ulong, long> all = new(inBase.Sightings), fresh = inIncrement.Sightings;
        foreach ((ulong id, long count) in fresh)
        {
            all[id] = all.GetValueOrDefault(id) + count;
        }

        long sightings = fresh.Values.Sum(), unknown = fresh.Where(pair => before.Find(pair.Key) < 0).Sum(pair => pair.Value);
        PopulationStability? stability = PopulationStability.Of(inBase.Visits, inIncrement.Visits);
        return new SlotStatistics(
            slot.Name, FrozenParts(slot.Freeze), all.Count, all.Keys.Count(id => after.Find(id) >= 0),
            all.Keys.Count(id => after.Find(id) < 0 && after.SightingsOf(id) > 0), after.Tombstones.Count(), sightings == 0 ? null : (double)unknown / sightings,
            SightingQuantiles.Of(all.Values), stability, changes,
            slot.Freeze == Freeze.None && stability is { IsShifted: true, IsConcentrated: true });
    }

    private static SlotCounts[] Count(SnapshotColumns features, IReadOnlyList<ulong> visits, SampleList samples, int slots)
    {
        SlotCounts[] counts = [.. Enumerable.Range(0, slots).Select(_ => new SlotCounts())];
        foreach (LabelledSample sample in samples.Samples)
        {
            for (int slot = 0; slot < slots; slot++)
            {
                foreach (ulong id in features.Ids(sample.Row, slot))
                {
                    counts[slot].Add(id, visits[sample.Row]);
                }
            }
        }

        return counts;
    }

    private static void RequireAfter(long end, long baseCutoff, TimeZoneInfo zone)
    {
        if (end <= baseCutoff)
        {
            throw new FeatureStudyException(
                $"The increment ends at {ReportBuilder.Local(end, zone)} and the base at {ReportBuilder.Local(baseCutoff, zone)}; " +
                "give a later --at or an earlier --base-until. Nothing was compared.");
        }
    }

    /// <summary>[rows] the visit that each feature vector belongs to.</summary>
    private sealed class VisitLog : IIntakeObserver
    {
        public List<ulong> Visits { get; } = [];

        public void OnEvent(BehaviourEvent e, int row, JoinOutcome outcome)
        {
            if (row >= 0)
            {
                Visits.Add(SplitMix64.Mix(XxHash3.HashToUInt64(e.UserId), (ulong)(e.At / VisitMs)));
            }
        }
    }
}
