using System.Diagnostics;

namespace Freshet.Tests.Cli;

/// <summary>The command as a process of its own.</summary>
internal static class FreshetProcess
{
    private static readonly string s_program = Path.Combine(AppContext.BaseDirectory, "freshet.dll");

    public static (int Code, string Output, string Error) Run(string arguments) => Finish(Start(arguments));

    /// <summary>Runs it in a shell that gives its standard output to <paramref name="target"/>: <c>&gt; FILE</c> or <c>| COMMAND</c>.</summary>
    public static (int Code, string Output, string Error) RunTo(string target, string arguments) =>
        Finish(Start(new ProcessStartInfo("bash", ["-c", $"set -o pipefail; dotnet {s_program} {arguments} {target}"])));

    public static Process Start(string arguments, bool redirectInput = false) =>
        Start(new ProcessStartInfo("dotnet", $"{s_program} {arguments}") { RedirectStandardInput = redirectInput });

    private static Process Start(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.Environment.Remove("FRESHET_KUAIRAND");
        return Process.Start(start)!;
    }

    private static (int Code, string Output, string Error) Finish(Process started)
    {
        using Process process = started;
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
