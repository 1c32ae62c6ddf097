namespace Freshet.Tests;

/// <summary>A clock that moves by one step each time somebody looks at it.</summary>
internal sealed class StepTime(TimeSpan step) : TimeProvider
{
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _ticks += step.Ticks;
}
