using System.Collections.Concurrent;

namespace Aspire.Hosting.Running;

internal readonly record struct ConsoleLine(int Number, string Text, bool IsError);

/// <summary>All output in one stream, each line after the name of the resource it comes from; and, for the dashboard, each resource's own.</summary>
internal sealed class ResourceLog(List<string> names)
{
    private const int MaxKept = 10_000;
    private static readonly bool IsColoured = !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
    private readonly int _width = names.Select(name => name.Length).DefaultIfEmpty().Max();
    private readonly ConcurrentDictionary<string, (List<ConsoleLine> Kept, Broadcast<ConsoleLine> Broadcast)> _lines = new();

    public void Write(IResource resource, string text, bool isError = false)
    {
        var name = resource.Name.PadRight(_width);
        // The six bright colours of ANSI, one resource after the other.
        Console.WriteLine(IsColoured ? $"\e[{91 + (names.IndexOf(resource.Name) % 6)}m{name}\e[0m | {text}" : $"{name} | {text}");
        var (kept, broadcast) = Of(resource.Name);
        broadcast.Publish(() =>
        {
            var line = new ConsoleLine(kept.LastOrDefault().Number + 1, text, isError);
            kept.RemoveRange(0, kept.Count == 2 * MaxKept ? MaxKept : 0);
            kept.Add(line);
            return line;
        });
    }

    /// <summary>What the resource has written and, if asked to follow, what it writes from then on, so many lines at once at the most.</summary>
    public IAsyncEnumerable<IReadOnlyList<ConsoleLine>> ReadAsync(string resource, bool follow, int most, CancellationToken cancellationToken) =>
        Of(resource).Broadcast.ReadAsync(follow, most, cancellationToken);

    private (List<ConsoleLine> Kept, Broadcast<ConsoleLine> Broadcast) Of(string resource) => _lines.GetOrAdd(resource, _ =>
    {
        var kept = new List<ConsoleLine>();
        return (kept, new(() => kept));
    });
}
