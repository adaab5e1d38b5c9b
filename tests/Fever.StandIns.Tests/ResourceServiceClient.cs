using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using Aspire.Hosting.Dashboard;
using Aspire.Hosting.Dashboard.Protocol;
using Google.Protobuf;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Fever.StandIns.Tests;

/// <summary>Asks an application what the dashboard asks it, in the dashboard's protocol.</summary>
internal sealed class ResourceServiceClient(DistributedApplication app) : IDisposable
{
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { UseProxy = false });

    public string Key { get; } = app.Services.GetRequiredService<IConfiguration>()["AppHost:ResourceService:ApiKey"]!;

    /// <summary>A message as it is sent: one byte says whether it is compressed, four how long it is.</summary>
    public static byte[] Frame(byte[] message, byte flag = 0, uint? length = null)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), length ?? (uint)message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }

    /// <summary>The status of a call, and how many bytes of data it gave.</summary>
    public async Task<(int Status, int Length)> CallAsync(string method, byte[] body, string? key)
    {
        using var response = await SendAsync(method, body, key);
        var data = await response.Content.ReadAsByteArrayAsync(Apps.Patience);
        return (StatusOf(response), data.Length);
    }

    public async Task<ResourceCommandResponse> CommandAsync(string resource, string command)
    {
        var request = new ResourceCommandRequest { ResourceName = resource, CommandName = command };
        return await StreamAsync("ExecuteResourceCommand", request, ResourceCommandResponse.Parser).SingleAsync();
    }

    /// <summary>The name by which the service knows a resource.</summary>
    public async Task<string> NameOfAsync(string displayName) => (await ResourceAsync(displayName, _ => true)).Name;

    /// <summary>A resource, once it is as wanted.</summary>
    public async Task<Aspire.Hosting.Dashboard.Protocol.Resource> ResourceAsync(string displayName, Predicate<Aspire.Hosting.Dashboard.Protocol.Resource> condition) =>
        await ResourcesAsync().FirstAsync(resource => resource.DisplayName == displayName && condition(resource));

    /// <summary>Every resource, then every change.</summary>
    public async IAsyncEnumerable<Aspire.Hosting.Dashboard.Protocol.Resource> ResourcesAsync()
    {
        await foreach (var update in StreamAsync("WatchResources", null, WatchResourcesUpdate.Parser))
        {
            foreach (var change in update.Changes?.Value ?? [])
            {
                yield return change.Upsert;
            }
        }
    }

    public async IAsyncEnumerable<ConsoleLogLine> LinesAsync(string displayName, bool follow)
    {
        var request = new WatchResourceConsoleLogsRequest { ResourceName = await NameOfAsync(displayName), SuppressFollow = !follow };
        await foreach (var update in StreamAsync("WatchResourceConsoleLogs", request, WatchResourceConsoleLogsUpdate.Parser))
        {
            foreach (var line in update.LogLines)
            {
                yield return line;
            }
        }
    }

    /// <summary>The messages that answer a call; those of one that does not end by itself come until the caller has enough.</summary>
    public async IAsyncEnumerable<T> StreamAsync<T>(string method, IMessage? request, MessageParser<T> parser, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        where T : IMessage<T>
    {
        using var response = await SendAsync(method, Frame(request?.ToByteArray() ?? []), Key);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var prefix = new byte[5];
        while (await stream.ReadAtLeastAsync(prefix, 5, throwOnEndOfStream: false, Apps.Patience) == 5)
        {
            Assert.Equal(0, prefix[0]);
            var message = new byte[BinaryPrimitives.ReadUInt32BigEndian(prefix.AsSpan(1))];
            await stream.ReadExactlyAsync(message, Apps.Patience);
            yield return parser.ParseFrom(message);
        }

        Assert.Equal(0, StatusOf(response));
    }

    /// <summary>Begins a call; the answer's headers are there, its data may never come.</summary>
    public async Task<HttpResponseMessage> SendAsync(string method, byte[] body, string? key)
    {
        var url = new Uri(new Uri(app.Services.GetRequiredService<ResourceService>().Url), $"/aspire.v1.DashboardService/{method}");
        var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
        };
        if (key is not null)
        {
            request.Headers.Add("x-resource-service-api-key", key);
        }

        return await _http.SendAsync(request, Apps.Patience);
    }

    public void Dispose() => _http.Dispose();

    private static int StatusOf(HttpResponseMessage response) => int.Parse(response.TrailingHeaders.GetValues("grpc-status").Single());
}
