using System.IO.Compression;
using System.IO.Pipelines;

namespace Fever.SearchApi.Responses;

/// <summary>
/// A large body. It is compressed while it is read from the database and kept only in that form. Any number of callers
/// copy it, each at its own pace, and may begin before it is complete.
/// </summary>
internal sealed class GzipBody : ResponseBody
{
    // Kestrel takes all of a write before the client reads any of it.
    private const int MaxWrite = 64 * 1024;

    private readonly Lock _gate = new();
    private readonly List<byte[]> _segments = [];
    private TaskCompletionSource _changed = NewSignal();
    private long _size;
    private long _plainLength;
    private volatile bool _isComplete;
    private volatile Exception? _failure;
    private int _copies;

    public static GzipBody Completed(byte[] compressed, long plainLength)
    {
        var body = new GzipBody();
        foreach (var segment in compressed.Chunk(MaxWrite))
        {
            body.Append(segment);
        }

        body.Complete(plainLength);
        return body;
    }

    /// <summary>Compressed bytes so far.</summary>
    public override long Size => Volatile.Read(ref _size);

    /// <summary>Compressed bytes; null until the body is complete.</summary>
    public long? Length => _isComplete ? Size : null;

    /// <summary>Bytes before compression; null until the body is complete.</summary>
    public long? PlainLength => _isComplete ? _plainLength : null;

    /// <summary>The compressed bytes of a body that is complete.</summary>
    public IReadOnlyList<byte[]> Segments => _segments;

    /// <summary>Whether somebody writes or copies it, and so keeps it in memory whatever the cache does.</summary>
    public bool IsInUse => Volatile.Read(ref _copies) > 0 || !(_isComplete || _failure is not null);

    public void Append(byte[] segment) => Change(() =>
    {
        _segments.Add(segment);
        _size += segment.Length;
    });

    public void Complete(long plainLength) => Change(() => (_plainLength, _isComplete) = (plainLength, true));

    public void Fail(Exception failure) => Change(() => _failure = failure);

    public override ContentCoding Choose(ContentCoding accepted) => accepted & ContentCoding.Gzip;

    public override async Task SendAsync(HttpContext context, ContentCoding coding)
    {
        context.Response.ContentLength = coding == ContentCoding.Gzip ? Length : PlainLength;
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        try
        {
            await CopyToAsync(context.Response.Body, coding, context.RequestAborted);
        }
        catch (IOException) when (!context.Response.HasStarted)
        {
            context.Response.Clear();
            await SendUnavailableAsync(context);
        }
        catch (IOException)
        {
            // The caller must see that this is not the end.
            context.Abort();
        }
    }

    /// <summary>Copies all of it in this coding, as fast as the destination takes it and, while it is being made, as it comes.</summary>
    /// <exception cref="IOException">The body ends too early.</exception>
    public async Task CopyToAsync(Stream destination, ContentCoding coding, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _copies);
        try
        {
            await (coding == ContentCoding.Gzip ? CopyAsync(destination, cancellationToken) : DecompressAsync(destination, cancellationToken));
        }
        finally
        {
            Interlocked.Decrement(ref _copies);
        }
    }

    private async Task CopyAsync(Stream destination, CancellationToken cancellationToken)
    {
        for (var index = 0; await SegmentAsync(index, cancellationToken) is { } segment; index++)
        {
            await destination.WriteAsync(segment, cancellationToken);
        }
    }

    private async Task DecompressAsync(Stream destination, CancellationToken cancellationToken)
    {
        var pipe = new Pipe();
        // Ends with this body or with the request; nothing is left to wait for when the destination fails.
        _ = FillAsync(pipe.Writer, cancellationToken);
        await using var plain = new GZipStream(pipe.Reader.AsStream(), CompressionMode.Decompress);
        await plain.CopyToAsync(destination, MaxWrite, cancellationToken);
    }

    private async Task FillAsync(PipeWriter compressed, CancellationToken cancellationToken)
    {
        try
        {
            await CopyAsync(compressed.AsStream(leaveOpen: true), cancellationToken);
            await compressed.CompleteAsync();
        }
        catch (Exception exception)
        {
            await compressed.CompleteAsync(exception);
        }
    }

    /// <summary>Waits until the segment is there; null after the last one.</summary>
    private async ValueTask<byte[]?> SegmentAsync(int index, CancellationToken cancellationToken)
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

                if (index < _segments.Count || _isComplete)
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
