using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Freshet.Models;
using Freshet.Serving;

namespace Freshet.Tests.Serving;

/// <summary>Eight threads rank while one swaps as fast as it can. Every result must be the one that its version gives alone, and no version may be freed under a lease.</summary>
internal sealed class SwapStress(KnownVersions versions)
{
    private const int Threads = 8, LeastRanks = 20;
    private static readonly object s_mark = new();
    private readonly ConditionalWeakTable<RankingModel, object> _freed = [];
    private readonly ConcurrentQueue<Exception> _errors = [];
    private readonly long[] _ranks = new long[Threads * 16];
    private long _wrong;
    private long _freedReads;
    private long _freedModels;
    private long _freedTwice;
    private volatile bool _isOver;

    /// <summary>Whether ranking ends.</summary>
    public bool IsOver => _isOver;

    /// <summary>To be told of each model just before it is freed.</summary>
    public void Free(RankingModel model)
    {
        Interlocked.Increment(ref _freedModels);
        if (!_freed.TryAdd(model, s_mark))
        {
            Interlocked.Increment(ref _freedTwice);
        }
    }

    /// <summary>Runs until <paramref name="continues"/> says no and each thread has ranked some times.</summary>
    /// <param name="holder">Holds what is live.</param>
    /// <param name="swap">Makes the next version live, given how many were before.</param>
    /// <param name="continues">Given the same number.</param>
    /// <param name="pages">If not null, half of the threads rank whole pages with it.</param>
    public StressReport Run(IVersionHolder holder, Action<int> swap, Func<int, bool> continues, LiveModel? pages = null)
    {
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(thread => new Thread(() => Rank(thread, holder, pages)))];
        swap(0);
        Array.ForEach(threads, thread => thread.Start());
        int swaps = 1;
        try
        {
            while (_errors.IsEmpty && (continues(swaps) || Enumerable.Range(0, Threads).Any(thread => Volatile.Read(ref _ranks[thread * 16]) < LeastRanks)))
            {
                swap(swaps++);
            }
        }
        finally
        {
            _isOver = true;
            Array.ForEach(threads, thread => thread.Join());
        }

        return new StressReport(_ranks.Sum(), swaps, _wrong, _freedReads, _freedModels, _freedTwice, [.. _errors]);
    }

    private void Rank(int thread, IVersionHolder holder, LiveModel? pages)
    {
        try
        {
            var check = new RankCheck(versions);
            Action<ServedModel> judge = served => Judge(check, served);
            while (!_isOver)
            {
                if (pages is null || thread % 2 == 0)
                {
                    holder.Rank(judge);
                }
                else if (!check.IsPageRight(pages))
                {
                    Interlocked.Increment(ref _wrong);
                }

                Volatile.Write(ref _ranks[thread * 16], _ranks[thread * 16] + 1);
            }
        }
        catch (Exception e)
        {
            _errors.Enqueue(e);
        }
    }

    private void Judge(RankCheck check, ServedModel served)
    {
        if (!check.IsRight(served))
        {
            Interlocked.Increment(ref _wrong);
        }

        // Whoever frees a model says so before: if it happened since the lease began, it is seen here.
        if (_freed.TryGetValue(served.Model, out _))
        {
            Interlocked.Increment(ref _freedReads);
        }
    }
}

/// <summary>What a stress found.</summary>
/// <param name="Ranks">Requests ranked.</param>
/// <param name="Swaps">Versions that became live.</param>
/// <param name="Wrong">Results that are not those of their version: torn reads.</param>
/// <param name="FreedReads">Results of versions that were freed before the request ended.</param>
/// <param name="FreedModels">Models freed.</param>
/// <param name="FreedTwice">Of them those that had been freed before.</param>
/// <param name="Errors">What ended a thread.</param>
internal sealed record StressReport(
    long Ranks, int Swaps, long Wrong, long FreedReads, long FreedModels, long FreedTwice, IReadOnlyList<Exception> Errors)
{
    public bool IsClean => Wrong == 0 && FreedReads == 0 && FreedTwice == 0 && Errors.Count == 0;

    public override string ToString() =>
        $"{Ranks} ranks, {Swaps} swaps: {Wrong} wrong, {FreedReads} of freed versions; {FreedModels} models freed, {FreedTwice} twice. {string.Join("; ", Errors)}";
}
