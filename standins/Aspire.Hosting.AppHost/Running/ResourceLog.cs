using System.Collections.Concurrent;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

internal readonly record struct ConsoleLine(int Number, string Text, bool IsError);

/// <summary>All output in one stream, each line after the name of the resource it comes from; and, for the dashboard, each resource's own.</summary>
internal sealed class ResourceLog(List<string> names)
{
    private static readonly bool IsColoured = !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
    private readonly int _width = names.Select(name => name.Length).DefaultIfEmpty().Max();
    private readonly ConcurrentDictionary<string, ResourceLines> _lines = new();

    public void Write(IResource resource, string line, bool isError = false)
    {
        var name = resource.Name.PadRight(_width);
        // The six bright colours of ANSI, one resource after the other.
        Console.WriteLine(IsColoured ? $"\e[{91 + (names.IndexOf(resource.Name) % 6)}m{name}\e[0m | {line}" : $"{name} | {line}");
        Of(resource.Name).Add(line, isError);
    }

    /// <summary>What the resource has written and, if asked to follow, what it writes from then on, so many lines at once at the most.</summary>
    public IAsyncEnumerable<IReadOnlyList<ConsoleLine>> ReadAsync(string resource, bool follow, int most, CancellationToken cancellationToken) =>
        Of(resource).Broadcast.ReadAsync(follow, most, cancellationToken);

    private ResourceLines Of(string resource) => _lines.GetOrAdd(resource, _ => new());

    private sealed class ResourceLines
    {
        private const int MaxKept = 10_000;
        private readonly Queue<ConsoleLine> _kept = [];
        private int _count;

        public ResourceLines() => Broadcast = new(() => _kept);

        public Broadcast<ConsoleLine> Broadcast { get; }

        public void Add(string text, bool isError) => Broadcast.Publish(() =>
        {
            var line = new ConsoleLine(++_count, text, isError);
            _kept.Enqueue(line);
            if (_kept.Count > MaxKept)
            {
                _kept.Dequeue();
            }

            return line;
        });
    }
}
