using Freshet.Core.Samples;

namespace Freshet.Samples.Files;

/// <summary>The numbers of column <c>emission</c> in sample files. They never change, whatever the order of <see cref="EmissionKind"/> is.</summary>
internal static class EmissionCode
{
    /// <summary>The number of <paramref name="kind"/>.</summary>
    public static int Of(EmissionKind kind) => kind switch
    {
        EmissionKind.Attributed => 0,
        EmissionKind.Observed => 1,
        EmissionKind.Positive => 2,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "It has no number in files."),
    };

    /// <summary>The kind with the number <paramref name="code"/>.</summary>
    /// <exception cref="SampleFileException">There is none.</exception>
    public static EmissionKind Read(int code) => code switch
    {
        0 => EmissionKind.Attributed,
        1 => EmissionKind.Observed,
        2 => EmissionKind.Positive,
        _ => throw new SampleFileException(
            $"Column 'emission' of a sample file holds {code}; this version knows 0, 1 and 2. Nothing of it was taken. Read it with the version that wrote it."),
    };
}
