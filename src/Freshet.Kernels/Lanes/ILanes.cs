namespace Freshet.Kernels.Lanes;

/// <summary>
/// Some floats worked on at once: 16, 8, 4 or 1. A formula written over this interface is the same expression at every
/// width, so element-wise kernels are bit-identical on every CPU.
/// </summary>
/// <remarks>Every operation is one IEEE operation per element: no estimates, and nothing is fused that does not say so.</remarks>
internal interface ILanes<TSelf>
    where TSelf : struct, ILanes<TSelf>
{
    /// <summary>Floats at once.</summary>
    static abstract int Count { get; }

    /// <summary>Reads <c>source[offset .. offset + Count]</c>.</summary>
    static abstract TSelf Load(ref float source, nuint offset);

    /// <summary>The same value everywhere.</summary>
    static abstract TSelf Create(float value);

    /// <summary><c>left·right + addend</c>, rounded once.</summary>
    static abstract TSelf FusedMultiplyAdd(TSelf left, TSelf right, TSelf addend);

    /// <summary>√value.</summary>
    static abstract TSelf Sqrt(TSelf value);

    /// <summary>|value|.</summary>
    static abstract TSelf Abs(TSelf value);

    /// <summary>The magnitude of one with the sign of the other.</summary>
    static abstract TSelf CopySign(TSelf magnitude, TSelf sign);

    /// <summary><c>left &gt; right ? value : 0</c>; a NaN is not greater.</summary>
    static abstract TSelf WhereGreater(TSelf left, TSelf right, TSelf value);

    /// <summary><c>left &gt; right ? value : other</c>; a NaN is not greater.</summary>
    static abstract TSelf Choose(TSelf left, TSelf right, TSelf value, TSelf other);

    /// <summary>2ⁿ of <c>n + 1.5·2²³</c>, n a whole number from −126 to 127: how an exponential scales without converting to integers.</summary>
    static abstract TSelf PowerOfTwo(TSelf shifted);

    /// <summary>Sum.</summary>
    static abstract TSelf operator +(TSelf left, TSelf right);

    /// <summary>Difference.</summary>
    static abstract TSelf operator -(TSelf left, TSelf right);

    /// <summary>Product.</summary>
    static abstract TSelf operator *(TSelf left, TSelf right);

    /// <summary>Quotient.</summary>
    static abstract TSelf operator /(TSelf left, TSelf right);

    /// <summary>The sum of all, pairwise: j and j + Count / 2, then the halves of what is left.</summary>
    float Sum();

    /// <summary>Writes <c>destination[offset .. offset + Count]</c>.</summary>
    void Store(ref float destination, nuint offset);
}
