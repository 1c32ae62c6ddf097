namespace Freshet.Kernels;

/// <summary>Products of a panel matrix with vectors: the last unit of a tower and its gradients. Bit-identical on every CPU.</summary>
public static class PanelVectors
{
    /// <summary><c>result[i·stride] += Σ_k A[first + i, k]·vector[k] + offset</c>, on the 16 virtual lanes of <see cref="Vectors.Dot"/>.</summary>
    /// <param name="a">[M × K].</param>
    /// <param name="vector">[K, padded to 32], its padding 0.</param>
    /// <param name="offset">Added to each.</param>
    /// <param name="first">First row.</param>
    /// <param name="count">Rows.</param>
    /// <param name="result">Added to, every <paramref name="stride"/>-th.</param>
    /// <param name="stride">Floats from one result to the next.</param>
    public static void AddDots(in PanelMatrix a, ReadOnlySpan<float> vector, float offset, int first, int count, Span<float> result, int stride)
    {
        Span<float> lanes = stackalloc float[Vectors.LaneCount];
        for (int i = 0; i < count; i++)
        {
            lanes.Clear();
            for (int panel = 0; panel < a.Panels; panel++)
            {
                Vectors.AddProducts(lanes, a.Panel(panel, first + i, 1), vector.Slice(panel * a.Width, a.Width));
            }

            result[i * stride] += Vectors.SumOf(lanes) + offset;
        }
    }

    /// <summary><c>A[first + i, k] = scales[i·stride]·vector[k]</c>.</summary>
    /// <param name="vector">[K, padded to 32].</param>
    /// <param name="scales">Every <paramref name="stride"/>-th is used.</param>
    /// <param name="stride">Floats from one scale to the next.</param>
    /// <param name="first">First row.</param>
    /// <param name="count">Rows.</param>
    /// <param name="a">[M × K], written.</param>
    public static void SetOuter(ReadOnlySpan<float> vector, ReadOnlySpan<float> scales, int stride, int first, int count, in PanelMatrix a)
    {
        for (int panel = 0; panel < a.Panels; panel++)
        {
            ReadOnlySpan<float> part = vector.Slice(panel * a.Width, a.Width);
            Span<float> rows = a.Panel(panel, first, count);
            for (int i = 0; i < count; i++)
            {
                Vectors.SetScaled(rows.Slice(i * a.Width, a.Width), part, scales[i * stride]);
            }
        }
    }

    /// <summary><c>sums[k] = Σ_i scales[i·stride]·A[i, k]</c> over the first rows, in order.</summary>
    /// <param name="a">[M × K].</param>
    /// <param name="scales">Every <paramref name="stride"/>-th is used.</param>
    /// <param name="stride">Floats from one scale to the next.</param>
    /// <param name="count">Rows.</param>
    /// <param name="sums">[K, padded to 32], written.</param>
    public static void WeightedSum(in PanelMatrix a, ReadOnlySpan<float> scales, int stride, int count, Span<float> sums)
    {
        for (int panel = 0; panel < a.Panels; panel++)
        {
            Span<float> part = sums.Slice(panel * a.Width, a.Width);
            ReadOnlySpan<float> rows = a.Panel(panel, 0, count);
            part.Clear();
            for (int i = 0; i < count; i++)
            {
                Vectors.AddScaled(part, rows.Slice(i * a.Width, a.Width), scales[i * stride]);
            }
        }
    }

    /// <summary><c>sums[g] = Σ rows of A in [starts[g], starts[g + 1])</c>, in order: what rows that share a group pass on to it.</summary>
    /// <param name="a">[M × K].</param>
    /// <param name="starts">[groups + 1] first row of each group.</param>
    /// <param name="firstGroup">First group.</param>
    /// <param name="groupCount">Groups.</param>
    /// <param name="sums">[G × K], written.</param>
    public static void SumGroups(in PanelMatrix a, ReadOnlySpan<int> starts, int firstGroup, int groupCount, in PanelMatrix sums)
    {
        for (int panel = 0; panel < a.Panels; panel++)
        {
            for (int group = firstGroup; group < firstGroup + groupCount; group++)
            {
                Span<float> sum = sums.Panel(panel, group, 1);
                a.Panel(panel, starts[group], 1).CopyTo(sum);
                for (int row = starts[group] + 1; row < starts[group + 1]; row++)
                {
                    Vectors.Add(sum, a.Panel(panel, row, 1));
                }
            }
        }
    }

    /// <summary><c>target += operand</c> in some rows.</summary>
    /// <param name="target">[M × K], added to.</param>
    /// <param name="operand">[M × K].</param>
    /// <param name="first">First row.</param>
    /// <param name="count">Rows.</param>
    public static void Add(in PanelMatrix target, in PanelMatrix operand, int first, int count)
    {
        for (int panel = 0; panel < target.Panels; panel++)
        {
            Vectors.Add(target.Panel(panel, first, count), operand.Panel(panel, first, count));
        }
    }

    /// <summary>Sums of the columns over the first rows, in order.</summary>
    /// <param name="a">[M × K].</param>
    /// <param name="count">Rows.</param>
    /// <param name="accumulate">Whether <paramref name="sums"/> is added to; otherwise it is overwritten.</param>
    /// <param name="sums">[K, padded to panels].</param>
    public static void ColumnSums(in PanelMatrix a, int count, bool accumulate, Span<float> sums)
    {
        if (!accumulate)
        {
            sums.Clear();
        }

        for (int panel = 0; panel < a.Panels; panel++)
        {
            Span<float> part = sums.Slice(panel * a.Width, a.Width);
            for (int row = 0; row < count; row++)
            {
                Vectors.Add(part, a.Panel(panel, row, 1));
            }
        }
    }

    /// <summary>Sets some rows to 0.</summary>
    public static void Clear(in PanelMatrix a, int first, int count)
    {
        for (int panel = 0; panel < a.Panels; panel++)
        {
            a.Panel(panel, first, count).Clear();
        }
    }

    /// <summary>Copies rows of another matrix, those that a map names.</summary>
    /// <param name="source">[G × K].</param>
    /// <param name="rows">Row of the source for each row of the target.</param>
    /// <param name="target">[M × K], of the same panel width; written.</param>
    /// <param name="first">First row that is written.</param>
    public static void CopyRows(in PanelMatrix source, ReadOnlySpan<int> rows, in PanelMatrix target, int first)
    {
        for (int panel = 0; panel < target.Panels; panel++)
        {
            for (int i = 0; i < rows.Length; i++)
            {
                source.Panel(panel, rows[i], 1).CopyTo(target.Panel(panel, first + i, 1));
            }
        }
    }

    /// <summary>Copies some columns into another matrix.</summary>
    /// <param name="source">[M × K].</param>
    /// <param name="sourceColumn">First column of the source.</param>
    /// <param name="target">[M × K'], written.</param>
    /// <param name="targetColumn">First column of the target.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="first">First row.</param>
    /// <param name="count">Rows.</param>
    public static void CopyColumns(
        in PanelMatrix source, int sourceColumn, in PanelMatrix target, int targetColumn, int columns, int first, int count)
    {
        for (int done = 0; done < columns;)
        {
            int length = Run(columns - done, source, sourceColumn + done, target, targetColumn + done);
            for (int row = first; row < first + count; row++)
            {
                source.Row(row, sourceColumn + done, length).CopyTo(target.Row(row, targetColumn + done, length));
            }

            done += length;
        }
    }

    /// <summary>Adds some columns to those of another matrix.</summary>
    /// <inheritdoc cref="CopyColumns"/>
    public static void AddColumns(
        in PanelMatrix source, int sourceColumn, in PanelMatrix target, int targetColumn, int columns, int first, int count)
    {
        for (int done = 0; done < columns;)
        {
            int length = Run(columns - done, source, sourceColumn + done, target, targetColumn + done);
            for (int row = first; row < first + count; row++)
            {
                Vectors.Add(target.Row(row, targetColumn + done, length), source.Row(row, sourceColumn + done, length));
            }

            done += length;
        }
    }

    /// <summary><c>A[first + i, k] += scales[i·stride]·vector[k]</c>.</summary>
    /// <inheritdoc cref="SetOuter"/>
    public static void AddOuter(ReadOnlySpan<float> vector, ReadOnlySpan<float> scales, int stride, int first, int count, in PanelMatrix a)
    {
        for (int panel = 0; panel < a.Panels; panel++)
        {
            ReadOnlySpan<float> part = vector.Slice(panel * a.Width, a.Width);
            Span<float> rows = a.Panel(panel, first, count);
            for (int i = 0; i < count; i++)
            {
                Vectors.AddScaled(rows.Slice(i * a.Width, a.Width), part, scales[i * stride]);
            }
        }
    }

    /// <summary>The longest run of columns, at most <paramref name="most"/>, that lies in one panel of both matrices.</summary>
    internal static int Run(int most, in PanelMatrix left, int leftColumn, in PanelMatrix right, int rightColumn) => Math.Min(
        most, Math.Min(left.Width - (leftColumn % left.Width), right.Width - (rightColumn % right.Width)));
}
