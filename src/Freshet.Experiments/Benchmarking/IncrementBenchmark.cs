using Freshet.Core.Time;
using Freshet.Experiments.Reports;
using Freshet.Models;
using Freshet.Models.Threads;
using Freshet.Scenes;
using Freshet.Training;

namespace Freshet.Experiments.Benchmarking;

/// <summary>What each increment of a day costs, exact and naive, and that both give the same model: <c>freshet bench increment</c>.</summary>
public static class IncrementBenchmark
{
    /// <summary>Runs a day of increments that restart from the base, every 15 minutes.</summary>
    /// <param name="network">Sizes of the network and threads.</param>
    /// <param name="samples">Samples of the day, &gt;= 1,000.</param>
    /// <param name="from">Time of day of the first increment; it learns what the day has until then.</param>
    /// <param name="time">Measures.</param>
    /// <param name="cancellation">Ends the run with an <see cref="OperationCanceledException"/>.</param>
    public static IncrementReport Run(
        BenchmarkOptions network, int samples, TimeSpan from, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(time);
        Scene scene = BenchmarkScene.Create(network);
        var team = new WorkerTeam(network.Threads);
        var day = new IncrementDay(network, scene, samples);
        day.AdvanceTo(IncrementDay.Start);
        TrainedModel start = new Trainer(scene, team).TrainBase(day.Table, IncrementDay.Start, null, cancellation);
        using var exact = new IncrementTrainer(scene, team);
        using var naive = new IncrementTrainer(scene with { Training = scene.Training with { CheckpointMebibytes = 0 } }, team);
        var ticks = new List<IncrementTick>();
        long end = IncrementDay.Start + IncrementDay.Length;
        long every = Milliseconds.Of(scene.Training.IncrementEvery);
        bool areEqual = true;
        for (long cutoff = IncrementDay.Start + Milliseconds.Of(from); cutoff <= end; cutoff += every)
        {
            day.AdvanceTo(cutoff);
            long begun = time.GetTimestamp();
            exact.Train(start, day.Table, cutoff, cancellation: cancellation);
            double seconds = time.GetElapsedTime(begun).TotalSeconds;

            // The naive trainer must follow the schedule of corrections too; it is timed on each of its increments.
            begun = time.GetTimestamp();
            naive.Train(start, day.Table, cutoff, cancellation: cancellation);
            ticks.Add(new IncrementTick(
                (cutoff - IncrementDay.Start) / (double)Milliseconds.Minute / 60, exact.Last.Day, exact.Last.Learnt, seconds,
                time.GetElapsedTime(begun).TotalSeconds, exact.Checkpoints, exact.CheckpointBytes));
            areEqual &= Equal(exact.Model.Model, naive.Model.Model);
        }

        return new IncrementReport(samples, network.Threads, ticks, areEqual);
    }

    private static bool Equal(RankingModel one, RankingModel other)
    {
        using var first = new MemoryStream();
        using var second = new MemoryStream();
        one.Save(first);
        other.Save(second);
        return first.GetBuffer().AsSpan(0, (int)first.Length).SequenceEqual(second.GetBuffer().AsSpan(0, (int)second.Length));
    }
}
