namespace Fever.SearchApi.Responses;

/// <summary>The body of a large response that was asked for by HEAD: it was not read, and its length is unknown.</summary>
internal sealed class UnreadBody : ResponseBody
{
    public static readonly UnreadBody Instance = new();

    private UnreadBody()
    {
    }

    public override long Size => 0;
}
