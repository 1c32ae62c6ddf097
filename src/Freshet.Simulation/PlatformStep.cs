namespace Freshet.Simulation;

/// <summary>What the platform did when it advanced.</summary>
public enum PlatformStep
{
    /// <summary>An event arrived: see <see cref="LivePlatform.Event"/>.</summary>
    Event,

    /// <summary>A user asks for a page: rank <see cref="LivePlatform.Request"/> and answer with <see cref="LivePlatform.Show"/>.</summary>
    Request,
}
