using Freshet.Kernels;
using Freshet.Native;

namespace Freshet.Models.Batches;

/// <summary>The matrices of one workspace. They grow with the batches and are zero when new; nothing else clears them.</summary>
internal sealed class WorkspaceMatrices : IDisposable
{
    private const int ExtentCount = 5;
    private readonly int[] _capacities = new int[ExtentCount];
    private AlignedBuffer[] _buffers = [];
    private PanelMatrix[] _matrices = [];
    private WorkspacePlan? _plan;
    private bool _learns;

    public PanelMatrix this[int matrix] => _matrices[matrix];

    /// <summary>Makes room for a batch of <paramref name="plan"/>.</summary>
    /// <param name="plan">Whose matrices; those of another plan are given up.</param>
    /// <param name="rows">[extents] rows that each extent needs.</param>
    /// <param name="learns">Whether the matrices that only learning needs are wanted.</param>
    public void MakeRoom(WorkspacePlan plan, ReadOnlySpan<int> rows, bool learns)
    {
        bool isNew = !ReferenceEquals(plan, _plan) || (learns && !_learns);
        if (isNew)
        {
            Dispose();
            _plan = plan;
            _learns = learns;
            Array.Clear(_capacities);
            _buffers = new AlignedBuffer[plan.Entries.Count];
            _matrices = new PanelMatrix[plan.Entries.Count];
        }

        for (int extent = 0; extent < ExtentCount; extent++)
        {
            if (isNew || rows[extent] > _capacities[extent])
            {
                // Half as much again: batches that vary a little do not grow it every time.
                _capacities[extent] = PanelMatrix.RoundUp(Math.Max(rows[extent], _capacities[extent] * 3 / 2), PanelMatrix.RowStep);
                Allocate((Extent)extent);
            }
        }
    }

    public void Dispose()
    {
        foreach (AlignedBuffer? buffer in _buffers)
        {
            buffer?.Dispose();
        }
    }

    private void Allocate(Extent extent)
    {
        for (int i = 0; i < _buffers.Length; i++)
        {
            WorkspacePlan.Entry entry = _plan!.Entries[i];
            if (entry.Extent != extent || (entry.LearnOnly && !_learns))
            {
                continue;
            }

            int rows = _capacities[(int)extent];
            _buffers[i]?.Dispose();
            _buffers[i] = new AlignedBuffer(PanelMatrix.Size(rows, entry.Columns, entry.Width));
            _matrices[i] = new PanelMatrix(_buffers[i], 0, rows, entry.Columns, entry.Width);
        }
    }
}
