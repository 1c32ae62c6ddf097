namespace Freshet.Kernels;

/// <summary>Settings of <see cref="Adam"/>.</summary>
/// <param name="LearningRate">Step size, &gt; 0. Default: 0.001.</param>
/// <param name="Beta1">Decay of the first moment, in [0, 1). Default: 0.9.</param>
/// <param name="Beta2">Decay of the second moment, in [0, 1). Default: 0.999.</param>
/// <param name="Epsilon">Added to √v̂, &gt; 0. Default: 1e-8.</param>
public readonly record struct AdamSettings(
    double LearningRate = 0.001, double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8);
