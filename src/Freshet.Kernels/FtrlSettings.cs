namespace Freshet.Kernels;

/// <summary>Settings of <see cref="Ftrl"/>.</summary>
/// <param name="Alpha">α, the step size, &gt; 0. Default: 0.1.</param>
/// <param name="Beta">β, &gt;= 0; damps the first steps. Default: 1.</param>
/// <param name="L1">λ1, &gt;= 0; weights whose |z| stays below it are exactly 0. Default: 0.</param>
/// <param name="L2">λ2, &gt;= 0. Default: 0.</param>
public readonly record struct FtrlSettings(float Alpha = 0.1f, float Beta = 1, float L1 = 0, float L2 = 0);
