using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>All output in one stream, each line after the name of the resource it comes from.</summary>
internal sealed class ResourceLog(List<string> names)
{
    private static readonly bool IsColoured = !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
    private readonly int _width = names.Max(name => name.Length);

    public void Write(IResource resource, string line)
    {
        var name = resource.Name.PadRight(_width);
        // The six bright colours of ANSI, one resource after the other.
        Console.WriteLine(IsColoured ? $"\e[{91 + (names.IndexOf(resource.Name) % 6)}m{name}\e[0m | {line}" : $"{name} | {line}");
    }
}
