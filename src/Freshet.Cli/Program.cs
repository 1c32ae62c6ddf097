using Freshet.Cli.Commands;
using Freshet.Cli.Output;

namespace Freshet.Cli;

/// <summary>The <c>freshet</c> command: exits with 0, 1 (failed), 2 (wrong use) or 70 (a bug).</summary>
internal static class Program
{
    private static Task<int> Main(string[] args) => Guard.RunAsync(() => RunAsync(args));

    private static async Task<int> RunAsync(string[] args)
    {
        var root = new System.CommandLine.RootCommand(
            "Freshet keeps a ranking model as fresh as the stream it learns from.\n\n"
            + "Exit codes: 0 done, 1 failed, 2 wrong use, 70 a bug in Freshet (with its stack on standard error).")
        {
            DemoCommand.Create(),
            ReplayCommand.Create(),
            JoinCommand.Create(),
            InspectCommand.Create(),
            InitCommand.Create(),
            BenchCommand.Create(),
        };
        System.CommandLine.ParseResult result = root.Parse(args);
        if (result.Errors.Count > 0)
        {
            IEnumerable<string> mistakes = result.Errors.Select(error => error.Message);
            throw new WrongUseException(
                $"{string.Join(Environment.NewLine, mistakes)}{Environment.NewLine}Nothing was started. '{Usage(result)} --help' lists the options.");
        }

        return await result.InvokeAsync(new System.CommandLine.InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }

    private static string Usage(System.CommandLine.ParseResult result)
    {
        string names = "";
        for (var at = result.CommandResult; at.Command is not System.CommandLine.RootCommand; at = (System.CommandLine.Parsing.CommandResult)at.Parent!)
        {
            names = $" {at.Command.Name}{names}";
        }

        return "freshet" + names;
    }
}
