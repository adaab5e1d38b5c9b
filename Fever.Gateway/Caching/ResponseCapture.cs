using System.IO.Pipelines;
using Fever.ServiceDefaults.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Fever.Gateway.Caching;

/// <summary>
/// Wraps a response's body and copies what is written to it, if the response may be stored. The copy is stored before
/// the client has received the last byte, so that the client's next request finds it. What is not written
/// through <see cref="Stream"/> makes the copy incomplete, and an incomplete copy is not stored; nor is one that ends
/// with a synchronous write, which cannot wait for the headers.
/// </summary>
internal sealed class ResponseCapture(
    HttpResponse response, IHttpResponseBodyFeature body, int maxSize, Action<byte[]> store, Action onNotStorable)
    : WriteOnlyStream, IHttpResponseBodyFeature
{
    private byte[]? _copy;
    private long _written;

    public Stream Stream => this;

    public PipeWriter Writer => body.Writer;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Copy(buffer.Span);
        if (!buffer.IsEmpty && _written == _copy?.Length)
        {
            // Some headers are set only when the response starts.
            await body.StartAsync(cancellationToken);
            store(_copy);
        }

        await body.Stream.WriteAsync(buffer, cancellationToken);
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Copy(buffer);
        body.Stream.Write(buffer);
    }

    public override void Flush() => body.Stream.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => body.Stream.FlushAsync(cancellationToken);

    public void DisableBuffering() => body.DisableBuffering();

    public Task StartAsync(CancellationToken cancellationToken = default) => body.StartAsync(cancellationToken);

    public Task CompleteAsync() => body.CompleteAsync();

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        body.SendFileAsync(path, offset, count, cancellationToken);

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
