using System.IO.Pipelines;
using Fever.ServiceDefaults.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Fever.Gateway.Caching;

/// <summary>
/// Passes on what is written to a response's body and copies it, if the response may be stored. The copy is stored before
/// the client has received the last byte, so that the client's next request finds it.
/// </summary>
internal sealed class ResponseCapture(
    HttpResponse response, IHttpResponseBodyFeature body, int maxSize, Action<byte[]> store, Action onNotStorable) : PipeWriter
{
    private byte[]? _copy;
    private long _written;

    public override async ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        Copy(source.Span);
        if (!source.IsEmpty && _written == _copy?.Length)
        {
            // Some headers are set only when the response starts.
            await body.StartAsync(cancellationToken);
            store(_copy);
        }

        return await body.Writer.WriteAsync(source, cancellationToken);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => body.Writer.FlushAsync(cancellationToken);

    public override void CancelPendingFlush() => body.Writer.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => body.Writer.Complete(exception);

    // For writers that fill a buffer themselves; the stream of this one, which is what the response gets, never does.
    public override Memory<byte> GetMemory(int sizeHint = 0) => throw new NotSupportedException();

    public override Span<byte> GetSpan(int sizeHint = 0) => throw new NotSupportedException();

    public override void Advance(int bytes) => throw new NotSupportedException();

    private void Copy(ReadOnlySpan<byte> bytes)
    {
        if (_written == 0 && bytes.Length > 0)
        {
            BeginCopy();
        }

        if (_copy is not null && bytes.Length <= _copy.Length - _written)
        {
            bytes.CopyTo(_copy.AsSpan((int)_written));
        }

        _written += bytes.Length;
    }

    private void BeginCopy()
    {
        if (IsStorable())
        {
            _copy = new byte[response.ContentLength!.Value];
        }
        else
        {
            onNotStorable();
        }
    }

    /// <summary>A 304 that may be sent to every client that has the same body.</summary>
    public static bool IsStorableNotModified(HttpResponse response) =>
        response.StatusCode == StatusCodes.Status304NotModified && IsStorable(response.Headers);

    private bool IsStorable() =>
        response.StatusCode == StatusCodes.Status200OK
        && response.ContentLength is { } length && length <= maxSize
        && IsStorable(response.Headers);

    private static bool IsStorable(IHeaderDictionary headers) =>
        headers.ETag.Count == 1
        && CatalogHeaders.ParseVersion(headers[CatalogHeaders.Version]) is not null
        && headers.SetCookie.Count == 0
        && IsShareable(headers.CacheControl.ToString(), headers.Vary.ToString());

    // Accept-Encoding is the only request header in the cache key (RFC 9111, 4.1).
    private static bool IsShareable(string cacheControl, string vary) =>
        !cacheControl.Contains("no-store", StringComparison.OrdinalIgnoreCase)
        && !cacheControl.Contains("private", StringComparison.OrdinalIgnoreCase)
        && (vary.Length == 0 || vary.Equals("Accept-Encoding", StringComparison.OrdinalIgnoreCase));
}
