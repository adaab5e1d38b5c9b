using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>All output in one stream, each line after the name of the resource it comes from.</summary>
internal sealed class ResourceLog(List<string> names)
{
    private static readonly bool _isColoured = !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
    private readonly int _width = names.Max(name => name.Length);

    public void Write(IResource resource, string line) => Console.WriteLine($"{Prefix(resource.Name)} | {line}");

    private string Prefix(string name)
    {
        var padded = name.PadRight(_width);
        // The six bright colours of ANSI, one resource after the other.
        return _isColoured ? $"\e[{91 + (names.IndexOf(name) % 6)}m{padded}\e[0m" : padded;
    }
}
