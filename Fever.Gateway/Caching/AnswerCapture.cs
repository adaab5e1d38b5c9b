using System.IO.Pipelines;
using Fever.Gateway.Versions;
using Microsoft.AspNetCore.Http.Features;

namespace Fever.Gateway.Caching;

/// <summary>
/// Stands before a response's body and keeps a copy of what is written to it, if it is an answer to keep. The copy is
/// handed over before the client has all of it: who asks again after that is not too early. Whatever is not
/// written through <see cref="Stream"/> makes the copy incomplete, and an incomplete copy is none; nor is one that ends
/// with a synchronous write, which cannot wait for the headers.
/// </summary>
internal sealed class AnswerCapture(HttpResponse response, IHttpResponseBodyFeature body, int maxSize, Action<byte[]> keep)
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
            // Some headers are only set now.
            await body.StartAsync(cancellationToken);
            keep(_copy);
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
        if (_written == 0 && bytes.Length > 0 && IsToKeep())
        {
            _copy = new byte[response.ContentLength!.Value];
        }

        if (_copy is not null && bytes.Length <= _copy.Length - _written)
        {
            bytes.CopyTo(_copy.AsSpan((int)_written));
        }

        _written += bytes.Length;
    }

    /// <summary>A 304 that can be given to others who have the same answer.</summary>
    public static bool IsUnchanged(HttpResponse response) =>
        response.StatusCode == StatusCodes.Status304NotModified && IsToKeep(response.Headers);

    private bool IsToKeep() =>
        response.StatusCode == StatusCodes.Status200OK
        && response.ContentLength is { } length && length <= maxSize
        && IsToKeep(response.Headers);

    private static bool IsToKeep(IHeaderDictionary headers) =>
        headers.ETag.Count == 1
        && CatalogVersion.Parse(headers[CatalogVersion.Header]) != CatalogVersion.None
        && headers.SetCookie.Count == 0
        && IsForEveryone(headers.CacheControl.ToString(), headers.Vary.ToString());

    // The key has nothing else of the request in it than Accept-Encoding (RFC 9111, 4.1).
    private static bool IsForEveryone(string cacheControl, string vary) =>
        !cacheControl.Contains("no-store", StringComparison.OrdinalIgnoreCase)
        && !cacheControl.Contains("private", StringComparison.OrdinalIgnoreCase)
        && (vary.Length == 0 || vary.Equals("Accept-Encoding", StringComparison.OrdinalIgnoreCase));
}
