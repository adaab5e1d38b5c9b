using System.IO.Compression;

namespace Fever.SearchApi.Responses;

/// <summary>
/// A large body. It is compressed while it is read from the database and kept only in that form. Any number of callers
/// copy it, each at its own pace, and may begin before it is complete.
/// </summary>
internal sealed class GzipBody : ResponseBody
{
    private readonly Lock _gate = new();
    private readonly List<byte[]> _segments = [];
    private TaskCompletionSource _changed = NewSignal();
    private long _length;
    private long? _plainLength;
    private Exception? _failure;
    private int _copies;

    public static GzipBody Completed(byte[] compressed, long plainLength)
    {
        var body = new GzipBody();
        body.Append(compressed);
        body.Complete(plainLength);
        return body;
    }

    /// <summary>Compressed bytes so far.</summary>
    public override long Size => Volatile.Read(ref _length);

    /// <summary>Compressed bytes; null until the body is complete.</summary>
    public long? Length
    {
        get
        {
            lock (_gate)
            {
                return _plainLength is null ? null : _length;
            }
        }
    }

    /// <summary>Bytes before compression; null until the body is complete.</summary>
    public long? PlainLength
    {
        get
        {
            lock (_gate)
            {
                return _plainLength;
            }
        }
    }

    /// <summary>The compressed bytes of a body that is complete.</summary>
    public IReadOnlyList<byte[]> Segments => _segments;

    /// <summary>Whether somebody writes or copies it, and so keeps it in memory whatever the cache does.</summary>
    public bool IsInUse => Volatile.Read(ref _copies) > 0 || (Length is null && _failure is null);

    public void Append(byte[] segment) => Change(() =>
    {
        _segments.Add(segment);
        _length += segment.Length;
    });

    public void Complete(long plainLength) => Change(() => _plainLength = plainLength);

    public void Fail(Exception failure) => Change(() => _failure = failure);

    /// <summary>Copies all of it in this coding, as fast as the destination takes it and, while it is being made, as it comes.</summary>
    /// <exception cref="IOException">The body ends too early.</exception>
    public async Task CopyToAsync(Stream destination, ContentCoding coding, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _copies);
        try
        {
            var compressed = new SegmentStream(this);
            await using var source = coding == ContentCoding.Gzip ? (Stream)compressed : new GZipStream(compressed, CompressionMode.Decompress);
            await source.CopyToAsync(destination, SegmentStream.BufferSize, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _copies);
        }
    }

    /// <summary>Waits until the segment is there; null after the last one.</summary>
    internal async ValueTask<byte[]?> SegmentAsync(int index, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_failure is not null)
                {
                    throw new IOException("The response broke off while it was made.", _failure);
                }

                if (index < _segments.Count || _plainLength is not null)
                {
                    return _segments.ElementAtOrDefault(index);
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    private void Change(Action change)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            change();
            (changed, _changed) = (_changed, NewSignal());
        }

        changed.SetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
