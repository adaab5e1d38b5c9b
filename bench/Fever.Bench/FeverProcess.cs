using System.Diagnostics;
using System.Text.RegularExpressions;
using Fever.Testing;

namespace Fever.Bench;

/// <summary>One of our services.</summary>
/// <param name="Id">Of its process.</param>
/// <param name="Address">Its own, with nothing in front of it.</param>
internal sealed record ServiceProcess(int Id, Uri Address);

/// <summary>All of Fever as its users run it, in processes of its own, with an empty database and a provider of ours.</summary>
internal sealed partial class FeverProcess : IAsyncDisposable
{
    private readonly AppHostProcess _appHost;

    private FeverProcess(AppHostProcess appHost) => _appHost = appHost;

    public Uri Gateway { get; private set; } = null!;

    public Uri Ingestor { get; private set; } = null!;

    public int GatewayId { get; private set; }

    public int IngestorId { get; private set; }

    public IReadOnlyList<ServiceProcess> Replicas { get; private set; } = [];

    /// <summary>Of Redis, or what stands in for it; null when it does not run as a process of ours.</summary>
    public int? CacheId { get; private set; }

    /// <summary>Of the PostgreSQL process that the others are children of; null when it does not run as a process of ours.</summary>
    public int? PostgresId { get; private set; }

    /// <param name="providerUrl">The feed that is polled once.</param>
    /// <param name="replicas">Of SearchApi.</param>
    /// <param name="settings">More of the environment of every service, such as <c>Section__Name</c>.</param>
    /// <param name="cancellationToken">Ends the wait, and what was started.</param>
    public static async Task<FeverProcess> StartAsync(
        string providerUrl, int replicas, IEnumerable<(string Name, string Value)> settings, CancellationToken cancellationToken)
    {
        var fever = new FeverProcess(new AppHostProcess(
            typeof(Projects.Fever_AppHost).Assembly,
            [
                ("PROVIDER_URL", providerUrl),
                ("PROVIDER_INTERVAL", "86400"),
                ("SEARCH_REPLICAS", $"{replicas}"),
                ("DcpPublisher__RandomizePorts", "true"),
                .. settings,
            ]));
        try
        {
            await fever.FindAsync(cancellationToken);
            return fever;
        }
        catch
        {
            await fever.DisposeAsync();
            throw;
        }
    }

    /// <summary>The connection string of the database's owner.</summary>
    /// <exception cref="BenchException">The database does not run in the data folder.</exception>
    public async Task<string> ConnectionStringAsync(CancellationToken cancellationToken)
    {
        using var script = Process.Start(new ProcessStartInfo(Path.Combine(Repository.Folder, "standins/connection.sh"))
        {
            Environment = { ["DATA_DIR"] = _appHost.Data },
            RedirectStandardOutput = true,
        })!;
        var text = (await script.StandardOutput.ReadToEndAsync(cancellationToken)).Trim();
        return text == "" ? throw new BenchException("the database cannot be reached: search is only measured with PostgreSQL as a process, not in a container") : text;
    }

    public ValueTask DisposeAsync() => _appHost.DisposeAsync();

    private async Task FindAsync(CancellationToken cancellationToken)
    {
        await _appHost.SaysAsync("Ctrl+C").WaitAsync(cancellationToken);
        Gateway = new Uri(GatewayUrl().Match(_appHost.Output).Groups[1].Value);
        Ingestor = new Uri(IngestorUrl().Match(_appHost.Output).Groups[1].Value);
        GatewayId = Processes.Running("Fever.Gateway.dll").Single();
        IngestorId = Processes.Running("Fever.Ingestor.dll").Single();
        Replicas = await Task.WhenAll(Processes.Running("Fever.SearchApi.dll").Select(FindReplicaAsync));
        CacheId = OneOf("GarnetServer", "redis-server", "valkey-server");
        PostgresId = OneOf("postgres\0-D");
    }

    private static async Task<ServiceProcess> FindReplicaAsync(int id) =>
        new(id, new Uri((await Processes.EnvironmentOfAsync(id))["ASPNETCORE_URLS"].Split(';')[0]));

    private static int? OneOf(params string[] programs) =>
        programs.SelectMany(Processes.Running).Select(id => (int?)id).FirstOrDefault();

    [GeneratedRegex(@"Docs\s+(http\S+)")]
    private static partial Regex GatewayUrl();

    [GeneratedRegex(@"Operate\s+(http\S+)/providers")]
    private static partial Regex IngestorUrl();
}
