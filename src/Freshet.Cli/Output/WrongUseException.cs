namespace Freshet.Cli.Output;

/// <summary>The command cannot do what it was asked to; the message says what is wrong and what to write. Only the command line throws it.</summary>
internal sealed class WrongUseException(string message, Exception? cause = null) : Exception(message, cause);
