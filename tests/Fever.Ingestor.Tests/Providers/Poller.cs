using System.Net;
using System.Security.Cryptography.X509Certificates;
using Fever.Ingestor.Feeds;
using Fever.Ingestor.Providers;
using Fever.Ingestor.Tests.Harness;
using Fever.ServiceDefaults;
using Fever.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Fever.Ingestor.Tests.Providers;

/// <summary>Polls one provider as the Ingestor does: configured, with service discovery, on a clock that a test moves.</summary>
internal sealed class Poller : IDisposable
{
    /// <summary>Unless a test is about time, its clock may run ahead of a busy machine.</summary>
    private static readonly (string Key, string Value)[] Patient =
        [("Timeout", "3600"), ("Limits:ConnectTimeout", "3600"), ("Limits:FirstByteTimeout", "3600"), ("Limits:MinRate", "0")];

    // Ends a test that would not end.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly IHost _host;

    /// <param name="url">The feed's address.</param>
    /// <param name="settings">Of the provider, such as <c>Limits:MaxBytes</c>; or of services, <c>Services:…</c>.</param>
    public Poller(string url, params (string Key, string Value)[] settings)
        : this("Development", _ => { }, url, settings)
    {
    }

    private Poller(string environment, Action<IServiceCollection> configure, string url, (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new() { EnvironmentName = environment });
        (string Key, string Value)[] all = [.. Patient, ("Name", "p"), ("Url", url), .. settings];
        builder.Configuration.AddInMemoryCollection(all
            .GroupBy(setting => setting.Key.StartsWith("Services:", StringComparison.Ordinal) ? setting.Key : $"Providers:0:{setting.Key}")
            .Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Last().Value)));
        builder.AddServiceDefaults();
        builder.AddProviders();
        builder.Services.AddSingleton<TimeProvider>(Time);
        configure(builder.Services);
        _host = builder.Build();
    }

    public ManualTime Time { get; } = new();

    /// <summary>In production loopback is as forbidden as any other network; names can be given addresses.</summary>
    public static Poller InProduction(string url, NameLookup? lookup = null, params (string Key, string Value)[] settings) =>
        new("Production", services => services.AddSingleton(lookup ?? Dns.GetHostAddressesAsync), url, settings);

    /// <summary>The client as it is, but for one thing: this certificate is good.</summary>
    public static Poller Trusting(X509Certificate certificate, string url, params (string Key, string Value)[] settings) =>
        new("Development", services => services.AddHttpClient("provider p").ConfigurePrimaryHttpMessageHandler((handler, _) =>
            ((SocketsHttpHandler)handler).SslOptions.RemoteCertificateValidationCallback = (_, presented, _, _) => certificate.Equals(presented)), url, settings);

    public Task<ProviderResponse> GetAsync(Validators? known = null, bool isProbe = false, CancellationToken cancellationToken = default) =>
        _host.Services.GetRequiredService<ProviderClient>().GetAsync(
            _host.Services.GetRequiredService<IOptions<ProvidersOptions>>().Value.Providers[0], known, isProbe, cancellationToken).WaitAsync(Limit, CancellationToken.None);

    /// <summary>Such as the exporter of telemetry has.</summary>
    public HttpClient OtherClient() => _host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("other");

    /// <summary>Polls and reads to the end.</summary>
    public async Task<string> ReadAsync(Validators? known = null)
    {
        await using var response = await GetAsync(known);
        using var reader = new StreamReader(response.Body);
        return await reader.ReadToEndAsync().WaitAsync(Limit);
    }

    /// <summary>Polls and reads, while time goes by, until the poll fails as said.</summary>
    public async Task<FeedException> FailsAsync(FeedFault fault, string message, bool isProbe = false)
    {
        var exception = await FailsAsync(async () =>
        {
            await using var response = await GetAsync(isProbe: isProbe);
            await response.Body.CopyToAsync(Stream.Null);
        });
        Assert.Contains(message, exception.Message, StringComparison.Ordinal);
        Assert.Equal(fault, exception.Fault);
        return exception;
    }

    public async Task<FeedException> FailsAsync(Func<Task> poll)
    {
        var polling = Task.Run(poll);
        await PassTimeUntilAsync(() => polling.IsCompleted);
        return await FaultOfAsync(polling);
    }

    /// <summary>How a poll fails by itself.</summary>
    public static Task<FeedException> FaultOfAsync(Task poll) => Assert.ThrowsAsync<FeedException>(() => poll.WaitAsync(Limit));

    public Task PassTimeUntilAsync(Func<bool> condition) => Eventually.BecomesTrueAsync(() =>
    {
        Time.Advance(TimeSpan.FromSeconds(1));
        return condition();
    });

    public void Dispose() => _host.Dispose();
}
