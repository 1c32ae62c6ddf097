using Freshet.Core.Events;
using Freshet.Core.Ports;
using Freshet.Datasets;
using Freshet.Models;
using Freshet.Core.Checkpoints;
using Freshet.Samples.Files;
using Freshet.Scenes;
using Freshet.Sync;

namespace Freshet.Cli.Output;

/// <summary>Turns what can go wrong in a command into a message on standard error and an exit code.</summary>
internal static class Guard
{
    /// <summary>As <see cref="Run"/>, on another thread: Ctrl-C is listened to once the command has been started.</summary>
    public static Task<int> RunAsync(Func<int> command) => Task.Run(() => Run(command));

    /// <summary>Runs <paramref name="command"/>; messages of known failures are shown as they are, without a stack.</summary>
    public static int Run(Func<int> command)
    {
        try
        {
            return command();
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine("Stopped by Ctrl-C. Files that were complete are kept; no report was written.");
            return ExitCode.Failed;
        }
        catch (Exception e) when (e is SceneException or FormatException or ArgumentException)
        {
            Console.Error.WriteLine(e.Message);
            return ExitCode.WrongUse;
        }
        catch (Exception e) when (e is DatasetException or EventFileException or ModelStoreException or SnapshotException
            or ModelException or SampleFileException or CheckpointException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(e.Message);
            return ExitCode.Failed;
        }
    }
}
