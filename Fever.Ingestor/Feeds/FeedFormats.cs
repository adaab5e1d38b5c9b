namespace Fever.Ingestor.Feeds;

/// <summary>All formats; a new one is a class and an entry here.</summary>
internal static class FeedFormats
{
    private static readonly IFeedFormat[] All = [new PlanListXml(), new PlanListNdjson()];

    public static IReadOnlyList<string> Names { get; } = [.. All.Select(format => format.Name)];

    /// <summary>The format of this name; null when there is none.</summary>
    public static IFeedFormat? Find(string? name) => All.FirstOrDefault(format => format.Name == name);
}
