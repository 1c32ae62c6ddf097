using System.Diagnostics;
using System.Globalization;
using Freshet.Core.Events;
using Freshet.Experiments;
using Freshet.Experiments.Reports;
using Freshet.Pipeline.Tracks;
using Freshet.Scenes;
using Freshet.Storage.Checkpoints;
using Freshet.Storage.EventLog;

namespace Freshet.LogWriter;

/// <summary>
/// Replays an event log with checkpoints, and kills itself with SIGKILL instead of reading one of its events.
/// Arguments: <c>replay</c>, folder of the log, scene, work folder, arms, last day of the base, events until the kill (0: none).
/// </summary>
internal static class KilledReplay
{
    public static void Run(string[] args)
    {
        Scene scene = SceneFile.Read(args[2]);
        string work = args[3];
        var options = new LoopOptions
        {
            Tracks = TrackPlan.ParseList(args[4]),
            ModelsFolder = Path.Combine(work, "models"),
            BaseUntil = DateOnly.ParseExact(args[5], "yyyy-MM-dd", CultureInfo.InvariantCulture),
            Checkpoints = new CheckpointFolder(Path.Combine(work, "checkpoints")),
            CheckpointEvery = TimeSpan.FromMilliseconds(20),
            Warn = Console.Error.WriteLine,
        };
        using var source = new KillingSource(
            new EventLogSource(FasterEventLog.OpenExisting(args[1]), closesLog: true), long.Parse(args[6], CultureInfo.InvariantCulture));
        ReplayReport report = Replay.Run(scene, source, options, TimeProvider.System);
        File.WriteAllBytes(Path.Combine(work, "report.json"), ReportJson.Write(report));
    }

    private sealed class KillingSource(EventLogSource source, long after) : IResumableSource
    {
        private long _read;

        public long Malformed => source.Malformed;

        public bool TryRead(BehaviourEvent destination)
        {
            if (++_read == after)
            {
                Process.GetCurrentProcess().Kill();
            }

            return source.TryRead(destination);
        }

        public void SavePosition(BinaryWriter destination) => source.SavePosition(destination);

        public void MoveTo(BinaryReader position) => source.MoveTo(position);

        public void Dispose() => source.Dispose();
    }
}
