namespace Fever.SearchApi.Responses;

/// <summary>A query that this version of the catalog cannot be asked: an unknown id, or a range with too many events.</summary>
internal sealed class ErrorBody(int statusCode, string message) : ResponseBody
{
    public int StatusCode => statusCode;

    public string Message => message;

    public override long Size => 0;
}
