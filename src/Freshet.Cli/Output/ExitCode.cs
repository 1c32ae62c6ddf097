namespace Freshet.Cli.Output;

/// <summary>What the process tells its caller; docs/operations.md explains the codes.</summary>
internal static class ExitCode
{
    public const int Done = 0, Failed = 1, WrongUse = 2, Bug = 70;
}
