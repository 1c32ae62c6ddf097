namespace Freshet.Serving.Leases;

/// <summary>Something that is given up, exactly once, when the last reference to it ends. Any thread may add and end references.</summary>
/// <remarks>
/// <para>
/// The classic fault: a reader looks which version is live and is held up. Meanwhile the version is retired, nobody is counted in, and it is freed.
/// Then the reader counts itself in and reads freed memory. Looking a second time after counting leaves another gap: the count of a version
/// that was already freed rises from 0 and falls back to 0, and whoever sees that 0 frees it again.
/// </para>
/// <para>
/// Here neither can happen, because <b>0 is final</b>. The count begins at 1, the reference of the owner, and a reader adds one only by a
/// compare-and-swap from a count above 0. Compare-and-swap and decrement of one word have one order. So either the reader's step comes before the
/// decrement to 0, which then cannot come before the reader ends its reference; or it comes after, finds 0, and fails. Only one decrement
/// reaches 0, and nothing leaves 0, so <see cref="GiveUp"/> runs once.
/// </para>
/// </remarks>
internal abstract class Referenced
{
    // Changed by all threads that hold or retire it; begins with the owner's reference.
    private int _references = 1;

    /// <summary>Whether the last reference has ended: what was read through it is read no more, and what was written is visible to the caller.</summary>
    public bool IsOver => Volatile.Read(ref _references) == 0;

    /// <summary>Adds a reference; false if the last one has ended. Lock-free: it tries again only where another thread has succeeded.</summary>
    public bool TryAddReference()
    {
        int seen = Volatile.Read(ref _references);
        while (seen > 0)
        {
            int found = Interlocked.CompareExchange(ref _references, seen + 1, seen);
            if (found == seen)
            {
                return true;
            }

            seen = found;
        }

        return false;
    }

    /// <summary>Ends a reference. The thread that ends the last one gives it up.</summary>
    /// <exception cref="InvalidOperationException">There was none left.</exception>
    public void EndReference()
    {
        int left = Interlocked.Decrement(ref _references);
        if (left == 0)
        {
            GiveUp();
        }
        else if (left < 0)
        {
            throw new InvalidOperationException(
                $"A lease was ended that had ended before: {-left} more ended than began. The version is freed already. Dispose of each lease once, and of no copy of it.");
        }
    }

    /// <summary>Called once, by the thread that ended the last reference.</summary>
    protected abstract void GiveUp();
}
