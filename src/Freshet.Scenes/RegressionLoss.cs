namespace Freshet.Scenes;

/// <summary>The loss of a regression, of the difference d of prediction and scaled target.</summary>
public enum RegressionLoss
{
    /// <summary>½d².</summary>
    Squared,

    /// <summary>½d² where |d| &lt;= δ, else δ(|d| − ½δ): an outlier pulls with bounded force.</summary>
    Huber,
}
