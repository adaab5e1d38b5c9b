using System.Text.RegularExpressions;
using Fever.Testing;

namespace Fever.Bench;

/// <summary>All of Fever as its users run it, in processes of its own, with an empty database and a provider of ours.</summary>
internal sealed partial class FeverProcess : IAsyncDisposable
{
    private readonly AppHostProcess _appHost;

    private FeverProcess(AppHostProcess appHost) => _appHost = appHost;

    public Uri Gateway { get; private set; } = null!;

    public Uri Ingestor { get; private set; } = null!;

    public int IngestorId { get; private set; }

    public static async Task<FeverProcess> StartAsync(string providerUrl, CancellationToken cancellationToken)
    {
        var fever = new FeverProcess(new AppHostProcess(
            typeof(Projects.Fever_AppHost).Assembly,
            ("PROVIDER_URL", providerUrl),
            ("PROVIDER_INTERVAL", "86400"),
            ("SEARCH_REPLICAS", "2"),
            ("DcpPublisher__RandomizePorts", "true")));
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

    public ValueTask DisposeAsync() => _appHost.DisposeAsync();

    private async Task FindAsync(CancellationToken cancellationToken)
    {
        await _appHost.SaysAsync("Ctrl+C").WaitAsync(cancellationToken);
        Gateway = new Uri(GatewayUrl().Match(_appHost.Output).Groups[1].Value);
        Ingestor = new Uri(IngestorUrl().Match(_appHost.Output).Groups[1].Value);
        IngestorId = Processes.Running("Fever.Ingestor.dll").Single();
    }

    [GeneratedRegex(@"Docs\s+(http\S+)")]
    private static partial Regex GatewayUrl();

    [GeneratedRegex(@"Operate\s+(http\S+)/providers")]
    private static partial Regex IngestorUrl();
}
