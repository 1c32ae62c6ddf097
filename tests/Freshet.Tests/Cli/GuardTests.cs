using Freshet.Cli.Output;
using Freshet.Datasets;
using Freshet.Scenes;

namespace Freshet.Tests.Cli;

/// <summary>What went wrong decides the exit code: done, failed, wrong use, a bug.</summary>
public sealed class GuardTests
{
    public static TheoryData<int, Exception> Failures => new()
    {
        { 1, new IOException("The disk is full.") },
        { 1, new DatasetException("The folder is empty.") },
        { 1, new OperationCanceledException() },
        { 2, new WrongUseException("--days is 2; use 3 to 30.") },
        { 2, new SceneException("Scene file 'x' cannot be read.") },
        { 70, new ArgumentException("A planted bug.") },
        { 70, new FormatException("A planted bug.") },
        { 70, new InvalidOperationException("A planted bug.") },
        { 70, new InvalidCastException("A planted bug.") },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void Each_failure_has_its_code(int code, Exception failure)
    {
        using var error = new StringWriter();

        Assert.Equal(code, Guard.Run(() => throw failure, error));
        Assert.NotEmpty(error.ToString());
    }

    [Fact]
    public void Success_says_nothing()
    {
        using var error = new StringWriter();

        Assert.Equal((0, ""), (Guard.Run(() => 0, error), error.ToString()));
    }

    [Fact]
    public void A_known_failure_shows_its_message_and_no_stack()
    {
        using var error = new StringWriter();

        _ = Guard.Run(() => throw new WrongUseException("--days is 2; use 3 to 30."), error);

        Assert.Equal("--days is 2; use 3 to 30.", error.ToString().Trim());
    }

    [Fact]
    public void A_planted_bug_shows_its_stack()
    {
        using var error = new StringWriter();

        _ = Guard.Run(PlantedBug, error);

        Assert.StartsWith("This is a bug in Freshet: A planted bug. ", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("System.InvalidOperationException: A planted bug.", error.ToString(), StringComparison.Ordinal);
        Assert.Contains($"{nameof(GuardTests)}.{nameof(PlantedBug)}", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bug_outside_of_the_commands_has_the_same_code()
    {
        Assert.Equal(70, await Guard.RunAsync(Program));

        static async Task<int> Program()
        {
            await Task.Yield();
            return PlantedBug();
        }
    }

    [Fact]
    public void Standard_error_that_nobody_reads_leaves_the_code_as_it_is()
    {
        using var error = new ClosedWriter();

        Assert.Equal(2, Guard.Run(() => throw new WrongUseException("--days is 2; use 3 to 30."), error));
    }

    private static int PlantedBug() => throw new InvalidOperationException("A planted bug.");

    private sealed class ClosedWriter : StringWriter
    {
        public override void WriteLine(string? value) => throw new IOException("Broken pipe");
    }
}
