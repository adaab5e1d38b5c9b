using System.Diagnostics;

namespace Fever.SearchApi.Telemetry;

/// <summary>Spans of what is done for a search outside its request.</summary>
internal static class SearchActivities
{
    public const string Read = "read events";
    public const string WriteToRedis = "write response to Redis";
    public const string ReadsTag = "fever.search.reads";

    private static readonly ActivitySource Source = new("Fever.SearchApi");

    /// <param name="name">What is done.</param>
    /// <param name="parent">The span of the request, which may have ended. The default means that the request is not sampled, and neither is this.</param>
    /// <param name="searches">For how many searches at once; the sampled ones after the first have traces of their own.</param>
    public static Activity? Start(string name, ActivityContext parent, int searches = 1) =>
        parent == default ? null : Source.StartActivity(name, ActivityKind.Internal, parent, [new(ReadsTag, searches)]);
}
