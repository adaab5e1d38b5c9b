namespace Fever.SearchApi.Responses;

/// <summary>A body as it is, and compressed once for whoever asks for a coding first.</summary>
internal sealed class PlainBody(byte[] bytes) : ResponseBody
{
    /// <summary>Smaller bodies are not compressed: they fit into one packet anyway.</summary>
    private const int MinCompressed = 1024;

    private Lazy<Task<byte[]>>? _gzip;
    private Lazy<Task<byte[]>>? _brotli;

    public byte[] Bytes => bytes;

    /// <summary>Event lists compress well: their compressed forms together take half of the body at most.</summary>
    public override long Size => IsCompressible ? bytes.Length + bytes.Length / 2 : bytes.Length;

    private bool IsCompressible => bytes.Length >= MinCompressed;

    public override ContentCoding Choose(ContentCoding accepted) =>
        !IsCompressible ? ContentCoding.Identity
        : accepted.HasFlag(ContentCoding.Brotli) ? ContentCoding.Brotli
        : accepted;

    public override Task SendAsync(HttpContext context, ContentCoding coding)
    {
        var encoded = EncodeAsync(coding);
        return encoded.IsCompletedSuccessfully ? SendAsync(context, encoded.Result) : SendWhenEncodedAsync(context, encoded.AsTask());
    }

    public ValueTask<byte[]> EncodeAsync(ContentCoding coding)
    {
        if (coding == ContentCoding.Identity)
        {
            return new(bytes);
        }

        ref var form = ref (coding == ContentCoding.Gzip ? ref _gzip : ref _brotli);
        return new((form ?? Interlocked.CompareExchange(ref form, Compressed(coding), null) ?? form).Value);
    }

    // A method of its own: in the one above, what the lambda captures would cost every hit an allocation.
    private Lazy<Task<byte[]>> Compressed(ContentCoding coding) => new(() => Task.Run(() => coding.Compress(bytes)));

    private static async Task SendWhenEncodedAsync(HttpContext context, Task<byte[]> encoded) =>
        await SendAsync(context, await encoded.WaitAsync(context.RequestAborted));

    private static Task SendAsync(HttpContext context, byte[] encoded)
    {
        context.Response.ContentLength = encoded.Length;
        // No token, which would cost an allocation: the server ends writes to a client that left.
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(encoded, CancellationToken.None).AsTask();
    }
}
