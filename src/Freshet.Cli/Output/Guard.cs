using Freshet.Core.Checkpoints;
using Freshet.Core.Ports;
using Freshet.Datasets;
using Freshet.Models;
using Freshet.Samples.Files;
using Freshet.Scenes;
using Freshet.Sync;

namespace Freshet.Cli.Output;

/// <summary>Turns what can go wrong in a command into a message on standard error and an exit code.</summary>
internal static class Guard
{
    /// <summary>As <see cref="Run(Func{int})"/>, on another thread: Ctrl-C is listened to once the command has been started.</summary>
    public static Task<int> RunAsync(Func<int> command) => Task.Run(() => Run(command));

    /// <summary>Runs <paramref name="command"/>. Known failures show their message; a bug shows its stack too.</summary>
    public static int Run(Func<int> command) => Run(command, Console.Error);

    /// <summary>As <see cref="Run(Func{int})"/>, with messages to <paramref name="error"/>.</summary>
    public static int Run(Func<int> command, TextWriter error)
    {
        try
        {
            return command();
        }
        catch (Exception e) when (Judge(e) is var (code, message))
        {
            return Tell(error, message, code);
        }
    }

    /// <summary>As <see cref="Run(Func{int})"/>, for the whole process.</summary>
    public static async Task<int> RunAsync(Func<Task<int>> program)
    {
        try
        {
            return await program();
        }
        catch (Exception e) when (Judge(e) is var (code, message))
        {
            return Tell(Console.Error, message, code);
        }
    }

    private static (int Code, string Message) Judge(Exception e) => e switch
    {
        OperationCanceledException => (ExitCode.Failed, "Stopped by Ctrl-C. Files that were complete are kept; no report was written."),
        WrongUseException or SceneException => (ExitCode.WrongUse, e.Message),
        DatasetException or ModelStoreException or SnapshotException or ModelSnapshotException or ModelException or SampleFileException
            or CheckpointException or IOException or UnauthorizedAccessException => (ExitCode.Failed, e.Message),
        OutOfMemoryException => (ExitCode.Failed, $"Memory ran out: {e.Message} Give the process more, or less to do at a time."),
        _ => (
            ExitCode.Bug,
            $"This is a bug in Freshet: {e.Message} Files that were complete are kept; no report was written. "
            + $"Please report it with the command and these lines:\n{e}"),
    };

    private static int Tell(TextWriter error, string message, int code)
    {
        try
        {
            error.WriteLine(message);
        }
        catch (IOException)
        {
            // Nobody reads standard error any more, or its disk is full: the exit code still says what happened.
        }

        return code;
    }
}
