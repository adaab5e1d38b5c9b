using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fever.Gateway.Tests;

/// <summary>The real gateway on Kestrel, in front of the upstreams whose addresses it is given.</summary>
internal sealed class GatewayHost : WebApplicationFactory<Program>
{
    private const string ResponseHeadersTimeout = "Retries:ResponseHeadersTimeout";

    private readonly string[] _upstreams;
    // Long enough for the slowest machine, on which a healthy replica must not look hung.
    private readonly Dictionary<string, string> _settings = new()
    {
        [ResponseHeadersTimeout] = "00:01:00",
        ["ReverseProxy:Clusters:searchapi:HealthCheck:Active:Timeout"] = "00:01:00",
    };

    private TimeProvider? _clock;

    private GatewayHost(string[] upstreams)
    {
        _upstreams = upstreams;
        // Given a bare port, the factory sometimes tries to set it once the server is already up.
        UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
    }

    public HttpClient Client => field ??= CreateClient();

    public static GatewayHost InFrontOf(params Upstream[] upstreams) => new([.. upstreams.Select(upstream => upstream.Address)]);

    /// <summary>With replicas that are all down: nothing listens on ports that only root may open.</summary>
    public static GatewayHost WithoutReplicas() => new(["http://127.0.0.1:1", "http://127.0.0.1:2"]);

    public GatewayHost With(string key, string value)
    {
        _settings[key] = value;
        return this;
    }

    public GatewayHost WithClock(TimeProvider clock)
    {
        _clock = clock;
        return this;
    }

    public GatewayHost WithResponseHeadersTimeout(string value) => With(ResponseHeadersTimeout, value);

    /// <summary>Sends a target unchanged: HttpClient would normalize it and add trace context.</summary>
    /// <returns>The status line.</returns>
    public async Task<string> GetRawAsync(string target, params string[] headers)
    {
        var response = await GetRawResponseAsync(target, headers);
        return response[..response.IndexOf("\r\n", StringComparison.Ordinal)];
    }

    /// <returns>The status line, the headers and the body.</returns>
    public async Task<string> GetRawResponseAsync(string target, params string[] headers)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(IPAddress.Loopback, Client.BaseAddress!.Port);
        string[] lines = [$"GET {target} HTTP/1.1", "Host: fever", "Connection: close", .. headers, "", ""];
        await connection.GetStream().WriteAsync(Encoding.UTF8.GetBytes(string.Join("\r\n", lines)));
        using var reader = new StreamReader(connection.GetStream());
        return await reader.ReadToEndAsync();
    }

    /// <summary>Calls back for each measurement of the gateway's own instruments whose name begins with the prefix.</summary>
    public MeterListener ListenTo(string prefix, Action<Instrument, ReadOnlySpan<KeyValuePair<string, object?>>> onMeasured)
    {
        var meters = Services.GetRequiredService<IMeterFactory>();
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Name.StartsWith(prefix, StringComparison.Ordinal) && instrument.Meter.Scope == meters)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => onMeasured(instrument, tags));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => onMeasured(instrument, tags));
        listener.Start();
        return listener;
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.ConfigureLogging(logging => logging.ClearProviders());
        if (_clock is not null)
        {
            builder.ConfigureTestServices(services => services.AddSingleton(_clock));
        }

        for (var i = 0; i < _upstreams.Length; i++)
        {
            builder.UseSetting($"Services:searchapi:h2c:{i}", _upstreams[i]);
        }

        foreach (var (key, value) in _settings)
        {
            builder.UseSetting(key, value);
        }
    }
}
