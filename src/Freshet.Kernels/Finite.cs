namespace Freshet.Kernels;

/// <summary>Looks for numbers that are none.</summary>
public static class Finite
{
    private const int Exponent = 0x7F800000;

    /// <summary>Whether no value is NaN or infinite; true where there is none.</summary>
    public static bool All(ReadOnlySpan<float> values)
    {
        bool finite = true;
        foreach (float value in values)
        {
            finite &= (BitConverter.SingleToInt32Bits(value) & Exponent) != Exponent;
        }

        return finite;
    }
}
