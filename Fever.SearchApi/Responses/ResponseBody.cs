namespace Fever.SearchApi.Responses;

/// <summary>The bytes of a response: <see cref="PlainBody"/> of a small one, <see cref="GzipBody"/> of a large one.</summary>
internal abstract class ResponseBody
{
    /// <summary>Bytes that it takes in memory, with the compressed forms that may come to be.</summary>
    public abstract long Size { get; }
}
