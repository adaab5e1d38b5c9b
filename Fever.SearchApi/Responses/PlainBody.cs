using System.Diagnostics.CodeAnalysis;

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

    /// <summary>The best coding that the caller accepts.</summary>
    public ContentCoding Choose(ContentCoding accepted) =>
        !IsCompressible ? ContentCoding.Identity
        : accepted.HasFlag(ContentCoding.Brotli) ? ContentCoding.Brotli
        : accepted;

    /// <summary>The bytes in this coding, when they need no more work.</summary>
    public bool TryGet(ContentCoding coding, [NotNullWhen(true)] out byte[]? encoded)
    {
        encoded = coding == ContentCoding.Identity ? bytes : Form(coding) is { Value.IsCompletedSuccessfully: true } form ? form.Value.GetAwaiter().GetResult() : null;
        return encoded is not null;
    }

    public Task<byte[]> CompressAsync(ContentCoding coding)
    {
        ref var form = ref Form(coding);
        return (form ?? Interlocked.CompareExchange(ref form, new(() => Task.Run(() => coding.Compress(bytes))), null) ?? form).Value;
    }

    private ref Lazy<Task<byte[]>>? Form(ContentCoding coding) => ref (coding == ContentCoding.Gzip ? ref _gzip : ref _brotli);
}
