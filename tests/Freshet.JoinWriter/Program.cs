using System.Globalization;
using Freshet.Core.Scenes;
using Freshet.JoinWriter;
using Freshet.Samples.Checkpoints;
using Freshet.Samples.Files;

// Joins drawn events into sample files, with a checkpoint behind each cutoff, and prints a line a cutoff; to be killed and
// started again. Arguments: folder, mode, seed, events.
string folder = args[0];
Scene scene = JoinScene.Of(Enum.Parse<AttributionMode>(args[1]));
int seed = int.Parse(args[2], CultureInfo.InvariantCulture), count = int.Parse(args[3], CultureInfo.InvariantCulture);
var checkpoints = new CheckpointFolder(Path.Combine(folder, "checkpoints"), scene, Console.Error.WriteLine);
var run = new JoinRun(
    scene, new JoinRunOptions { CutoffEvery = TimeSpan.FromHours(4) }, new SampleFolder(Path.Combine(folder, "samples"), scene), checkpoints,
    new StageFeatures(scene));
using var events = new DrawnEvents(seed, count);
Console.WriteLine("begun");
run.Run(new SourceInput(events), cutoff => Console.WriteLine(cutoff.ToString(CultureInfo.InvariantCulture)));
Console.WriteLine("done");
