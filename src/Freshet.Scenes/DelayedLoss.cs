namespace Freshet.Scenes;

/// <summary>What training makes of rows whose labels were not all there yet, in mode <c>immediate</c> (docs/models.md).</summary>
public enum DelayedLoss
{
    /// <summary>Every row weighs 1: learns p ÷ (1 + p) where every positive comes late.</summary>
    Plain,

    /// <summary>Fake negative weighted: rows weigh as if every positive came late.</summary>
    Fnw,

    /// <summary>Fake negative calibration: rows weigh 1, and what is predicted is corrected.</summary>
    Fnc,

    /// <summary>ES-DFM: the share of positives that come late is learnt, from the features.</summary>
    EsDfm,

    /// <summary>The share of positives that come late is that of the measured delays.</summary>
    Importance,
}
