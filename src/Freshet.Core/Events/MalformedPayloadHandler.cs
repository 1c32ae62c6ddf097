namespace Freshet.Core.Events;

/// <summary>Told of a payload of an event log that is not an event; called once per payload, in the order of reading.</summary>
/// <param name="partition">The partition.</param>
/// <param name="offset">Where the payload is in it; it stays there.</param>
/// <param name="result">Why it is not an event.</param>
/// <param name="payload">Valid during the call.</param>
public delegate void MalformedPayloadHandler(int partition, long offset, EventReadResult result, ReadOnlySpan<byte> payload);
