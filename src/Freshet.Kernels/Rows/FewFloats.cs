using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Freshet.Kernels.Rows;

/// <summary>One to three floats as a vector of four: the rest of a row, or all of it where there is one float for each task.</summary>
internal static class FewFloats
{
    /// <summary>Reads <paramref name="count"/> floats, 1 to 3; the others are 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(ref float source, int count)
    {
        if (count == 1)
        {
            return Vector128.CreateScalar(source);
        }

        // SAFETY: two floats, read as the eight bytes of a double: Vector64 is not accelerated on x64.
        Vector128<float> two = Vector128.CreateScalar(Unsafe.ReadUnaligned<double>(ref Unsafe.As<float, byte>(ref source))).AsSingle();
        return count == 2 ? two : two.WithElement(2, Unsafe.Add(ref source, 2));
    }

    /// <summary>Writes the first <paramref name="count"/> floats, 1 to 3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<float> value, ref float destination, int count)
    {
        if (count == 1)
        {
            destination = value.ToScalar();
            return;
        }

        Unsafe.WriteUnaligned(ref Unsafe.As<float, byte>(ref destination), value.AsDouble().ToScalar());
        if (count == 3)
        {
            Unsafe.Add(ref destination, 2) = value.GetElement(2);
        }
    }
}
