namespace Freshet.Kernels;

/// <summary>Settings of <see cref="GroupFtrl"/>.</summary>
/// <param name="Alpha">α, the step size, &gt; 0. Default: 0.1.</param>
/// <param name="Beta">β, &gt;= 0; damps the first steps. Default: 1.</param>
/// <param name="L1">λ1, &gt;= 0; takes elements whose |z| stays below it out of the row. Default: 0.</param>
/// <param name="GroupL1">λ_G, &gt;= 0; a row whose ‖u‖₂ stays below λ_G·√D is 0 as a whole. Default: 0.</param>
/// <param name="L2">λ2, &gt;= 0. Default: 0.</param>
public readonly record struct GroupFtrlSettings(float Alpha, float Beta = 1, float L1 = 0, float GroupL1 = 0, float L2 = 0)
{
    /// <summary>The defaults.</summary>
    public GroupFtrlSettings()
        : this(Alpha: 0.1f)
    {
    }
}
