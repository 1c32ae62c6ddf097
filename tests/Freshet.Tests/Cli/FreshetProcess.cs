using System.Diagnostics;

namespace Freshet.Tests.Cli;

/// <summary>The command as a process of its own.</summary>
internal static class FreshetProcess
{
    public static (int Code, string Output, string Error) Run(string arguments)
    {
        using Process process = Start(arguments);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    public static Process Start(string arguments, bool redirectInput = false)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "freshet.dll");
        var start = new ProcessStartInfo("dotnet", $"{program} {arguments}")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = redirectInput,
        };
        start.Environment.Remove("FRESHET_KUAIRAND");
        return Process.Start(start)!;
    }
}
