using Freshet.Native;

namespace Freshet.Tests.Native;

public sealed class AlignedBufferTests
{
    [Fact]
    public void Growing_keeps_what_is_there_and_clears_the_rest()
    {
        using var buffer = new AlignedBuffer(3);
        buffer.Slice(0, 3).Fill(7);

        buffer.Grow(1000);

        Assert.Equal([7f, 7f, 7f], buffer.Slice(0, 3).ToArray());
        Assert.Equal(new float[997], buffer.Slice(3, 997).ToArray());
        buffer.Grow(10);
        Assert.Equal(1000, buffer.Length);
    }

    [Fact]
    public void It_starts_on_a_cache_line()
    {
        for (int length = 1; length < 200; length += 13)
        {
            using var buffer = new AlignedBuffer(length);
            Assert.Equal(0, Address(buffer) % 64);
        }
    }

    [Fact]
    public void A_slice_outside_is_refused()
    {
        using var buffer = new AlignedBuffer(10);

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Slice(8, 3).Length);

        Assert.StartsWith("Floats 8 to 11 are not all in a buffer of 10.", error.Message);
    }

    private static unsafe long Address(AlignedBuffer buffer) => (long)buffer.Pointer;
}
