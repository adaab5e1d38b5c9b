using System.Collections.Concurrent;
using System.Diagnostics;
using Fever.SearchApi.Search;
using Fever.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Fever.SearchApi.Tests;

/// <summary>SearchApi in a process of its own, for what a process takes from its environment when it starts, such as whom it trusts.</summary>
internal sealed class ReplicaProcess : IDisposable
{
    private const string Listening = "Now listening on: ";

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = [];
    private readonly ServiceProvider _clients = new ServiceCollection().AddHttpClient().BuildServiceProvider();

    public ReplicaProcess(string postgres, string redis, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(SearchEndpoint).Assembly.Location]) { RedirectStandardOutput = true };
        foreach (var (name, value) in (IEnumerable<(string, string)>)
        [
            ("ConnectionStrings__feverdb", postgres),
            ("ConnectionStrings__cache", redis),
            ("ASPNETCORE_URLS", "http://127.0.0.1:0"),
            ("Logging__Console__LogLevel__Microsoft.Hosting.Lifetime", "Information"),
            // As for a replica in process.
            ("OutputCaching__RedisReadTimeout", "00:00:10"),
            ("OutputCaching__MemorySize", "0"),
            .. environment,
        ])
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => _lines.Enqueue(line.Data ?? "");
        _process.BeginOutputReadLine();
    }

    public string Output => string.Join('\n', _lines);

    /// <summary>A client of a replica that knows the catalog version, as behind the gateway.</summary>
    public async Task<HttpClient> ReadyAsync()
    {
        var line = await Eventually.BecomesAsync(
            () => Task.FromResult(_lines.FirstOrDefault(line => line.Contains(Listening, StringComparison.Ordinal))),
            line => line is not null || (_process.HasExited ? throw new InvalidOperationException($"SearchApi ended:\n{Output}") : false));
        var client = _clients.GetRequiredService<IHttpClientFactory>().CreateClient();
        client.BaseAddress = new Uri(line!.Split(Listening)[1]);
        await Eventually.BecomesTrueAsync(async () => (await client.GetAsync("/health")).IsSuccessStatusCode);
        return client;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _clients.Dispose();
    }
}
