using System.CommandLine;

namespace Freshet.Cli.Commands;

/// <summary><c>freshet inspect</c>: what is in the files, and why.</summary>
internal static class InspectCommand
{
    public static Command Create() => new("inspect", "Shows what Freshet wrote, and why it is so.")
    {
        InspectSamplesCommand.Create(),
        InspectSampleCommand.Create(),
    };
}
