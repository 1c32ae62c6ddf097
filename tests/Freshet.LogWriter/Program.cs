using System.Globalization;
using Freshet.LogWriter;
using Freshet.Storage.EventLog;

// With 'replay' as its first argument it is KilledReplay. Otherwise:
// Appends numbered payloads until it is killed, and prints after each commit how many each partition has acknowledged.
// Arguments: folder, seed. The k-th payload of partition p has the number 2k + p, so whoever reads can check each one.
if (args[0] == "replay")
{
    KilledReplay.Run(args);
    return;
}

string folder = args[0];
var random = new Random(int.Parse(args[1], CultureInfo.InvariantCulture));
using var log = FasterEventLog.Open(folder, new EventLogOptions
{
    PartitionCount = 2,
    PageSize = 16 << 10,
    SegmentSize = 256 << 10,
    MemorySize = 64 << 10,
});

long[] counts = new long[log.PartitionCount];
for (int partition = 0; partition < counts.Length; partition++)
{
    counts[partition] = NumberedPayload.Count(log, partition);
}

byte[] payload = new byte[NumberedPayload.MaxLength];
while (true)
{
    Console.WriteLine(string.Join(' ', counts));
    for (int i = random.Next(1, 400); i > 0; i--)
    {
        int partition = random.Next(counts.Length);
        log.Append(partition, NumberedPayload.Write((counts[partition] * counts.Length) + partition, payload));
        counts[partition]++;
    }

    log.Commit();
}
