using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace Fever.SystemTests;

internal static class Ports
{
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

internal static class Http
{
    private static readonly IHttpClientFactory Factory =
        new ServiceCollection().AddHttpClient().BuildServiceProvider().GetRequiredService<IHttpClientFactory>();

    public static HttpClient Client(string baseAddress)
    {
        var client = Factory.CreateClient();
        client.BaseAddress = new Uri(baseAddress);
        return client;
    }
}

/// <summary>A fact about the Aspire dashboard, left out where the dashboard is not installed (<c>make setup</c> installs it).</summary>
internal sealed class DashboardFactAttribute : FactAttribute
{
    public DashboardFactAttribute()
    {
        if (!Installed)
        {
            Skip = "The Aspire dashboard is not installed: run make setup.";
        }
    }

    public static bool Installed { get; } =
        Repository.Folder("standins/.tools/home/.aspire/versions") is { } versions
        && Directory.EnumerateFiles(versions, "aspire-managed", SearchOption.AllDirectories).Any();
}

internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The folder with this path below the repository's root, or null.</summary>
    public static string? Folder(string relative) =>
        Path.Combine(Root, relative) is var path && Directory.Exists(path) ? path : null;

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Fever.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside the repository.");
        }

        return folder.FullName;
    }
}
