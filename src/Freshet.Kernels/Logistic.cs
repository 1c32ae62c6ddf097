namespace Freshet.Kernels;

/// <summary>The logistic function with its complement.</summary>
public static class Logistic
{
    /// <summary>σ(x) and σ(−x), neither by subtraction from 1: both keep all their digits.</summary>
    /// <remarks>Bit-identical on every CPU: the exponential below is made of IEEE operations, not of a C library.</remarks>
    public static (double P, double Q) Sigmoid(double x)
    {
        double e = Exp(-Math.Abs(x));
        double near = 1 / (1 + e), far = e / (1 + e);
        return x >= 0 ? (near, far) : (far, near);
    }

    /// <summary>eˣ for x &lt;= 0, to about 1 ulp; 0 below −708; NaN for NaN.</summary>
    internal static double Exp(double x)
    {
        if (x < -708)
        {
            return 0;
        }

        // eˣ = 2ⁿ·eʳ with |r| <= ln 2 / 2; ln 2 in two parts keeps r exact; Taylor to r¹³ leaves less than an ulp.
        double n = Math.Round(x * 1.4426950408889634);
        double r = Math.FusedMultiplyAdd(-n, 6.93147180369123816490e-01, x);
        r = Math.FusedMultiplyAdd(-n, 1.90821492927058770002e-10, r);
        double sum = 1 / 6227020800.0;
        sum = Math.FusedMultiplyAdd(sum, r, 1 / 479001600.0);
        sum = Math.FusedMultiplyAdd(sum, r, 1 / 39916800.0);
        sum = Math.FusedMultiplyAdd(sum, r, 1 / 3628800.0);
        sum = Math.FusedMultiplyAdd(sum, r, 1 / 362880.0);
        sum = Math.FusedMultiplyAdd(sum, r, 1 / 40320.0);
        sum = Math.FusedMultiplyAdd(sum, r, 1 / 5040.0);
        sum = Math.FusedMultiplyAdd(sum, r, 1 / 720.0);
        sum = Math.FusedMultiplyAdd(sum, r, 1 / 120.0);
        sum = Math.FusedMultiplyAdd(sum, r, 1 / 24.0);
        sum = Math.FusedMultiplyAdd(sum, r, 1 / 6.0);
        sum = Math.FusedMultiplyAdd(sum, r, 0.5);
        sum = Math.FusedMultiplyAdd(sum, r, 1);
        sum = Math.FusedMultiplyAdd(sum, r, 1);
        return double.IsNaN(x) ? x : sum * BitConverter.Int64BitsToDouble((1023L + (long)n) << 52);
    }
}
