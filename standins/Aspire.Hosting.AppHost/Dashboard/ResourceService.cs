using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Dashboard.Protocol;
using Aspire.Hosting.Running;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Dashboard;

/// <summary>
/// Where the genuine dashboard learns of the resources, reads what they write and sends their commands: the gRPC service
/// <c>aspire.v1.DashboardService</c>, on HTTP/2 without TLS, with the key that only the dashboard is given.
/// </summary>
internal sealed class ResourceService(IConfiguration configuration, ResourceCommandService commands)
{
    private const int MaxRequestBytes = 64 * 1024;
    private const int MaxLinesInMessage = 1000;

    private WebApplication? _server;

    /// <summary>The codes of https://grpc.io/docs/guides/status-codes.</summary>
    private enum Status
    {
        Ok = 0,
        Cancelled = 1,
        InvalidArgument = 3,
        Unimplemented = 12,
        Internal = 13,
        Unauthenticated = 16,
    }

    public string Url => _server!.Urls.First();

    public async Task StartAsync(AppRunner app)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, configuration.GetValue<Uri?>("ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL")?.Port ?? 0, endpoint => endpoint.Protocols = HttpProtocols.Http2));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        _server = builder.Build();
        var messages = new ResourceMessages(app.InstanceId, commands);
        _server.Run(context => AnswerAsync(context, app, messages));
        await _server.StartAsync();
        app.AtEnd(() => ((IDisposable)_server).Dispose());
    }

    /// <summary>Whatever happens, the call ends with its status in the trailers (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md).</summary>
    private async Task AnswerAsync(HttpContext context, AppRunner app, ResourceMessages messages)
    {
        context.Response.ContentType = "application/grpc";
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _server!.Lifetime.ApplicationStopping);
        Status status;
        try
        {
            status = IsAllowed(context.Request) ? await CallAsync(context, app, messages, ended.Token) : Status.Unauthenticated;
        }
        catch (OperationCanceledException)
        {
            status = Status.Cancelled;
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or InvalidDataException)
        {
            status = Status.InvalidArgument;
        }
        catch (Exception exception)
        {
            await Console.Error.WriteLineAsync($"The dashboard's call {context.Request.Path} failed: {exception.Message}");
            status = Status.Internal;
        }

        context.Response.AppendTrailer("grpc-status", ((int)status).ToString(CultureInfo.InvariantCulture));
    }

    private bool IsAllowed(HttpRequest request) => CryptographicOperations.FixedTimeEquals(
        Encoding.UTF8.GetBytes(request.Headers["x-resource-service-api-key"].ToString()),
        Encoding.UTF8.GetBytes(configuration["AppHost:ResourceService:ApiKey"]!));

    private async Task<Status> CallAsync(HttpContext context, AppRunner app, ResourceMessages messages, CancellationToken cancellationToken)
    {
        switch (context.Request.Path.Value)
        {
            case "/aspire.v1.DashboardService/GetApplicationInformation":
                await WriteAsync(context, new ApplicationInformationResponse { ApplicationName = app.ApplicationName });
                return Status.Ok;
            case "/aspire.v1.DashboardService/WatchResources":
                await WatchResourcesAsync(context, app, messages, cancellationToken);
                return Status.Ok;
            case "/aspire.v1.DashboardService/WatchResourceConsoleLogs":
                var logs = await ReadAsync(context, WatchResourceConsoleLogsRequest.Parser);
                await WatchConsoleAsync(context, app.Log.ReadAsync(messages.Parse(logs.ResourceName), !logs.SuppressFollow, MaxLinesInMessage, cancellationToken));
                return Status.Ok;
            case "/aspire.v1.DashboardService/ExecuteResourceCommand":
                var request = await ReadAsync(context, ResourceCommandRequest.Parser);
                await WriteAsync(context, ResourceMessages.Of(await commands.ExecuteCommandAsync(messages.Parse(request.ResourceName), request.CommandName, cancellationToken)));
                return Status.Ok;
            case "/aspire.v1.DashboardService/WatchInteractions":
                // Nothing here ever asks the user anything.
                await context.Response.StartAsync(cancellationToken);
                await Task.Delay(Timeout.Infinite, cancellationToken);
                return Status.Ok;
            default:
                return Status.Unimplemented;
        }
    }

    private static async Task WatchResourcesAsync(HttpContext context, AppRunner app, ResourceMessages messages, CancellationToken cancellationToken)
    {
        // The changes begin with all that there is.
        await WriteAsync(context, new WatchResourcesUpdate { InitialData = new() });
        await foreach (var change in app.Notifications.WatchAsync(cancellationToken))
        {
            var changes = new WatchResourcesChanges { Value = { new WatchResourcesChange { Upsert = messages.Of(change.Resource, change.Snapshot) } } };
            await WriteAsync(context, new WatchResourcesUpdate { Changes = changes });
        }
    }

    private static async Task WatchConsoleAsync(HttpContext context, IAsyncEnumerable<IReadOnlyList<ConsoleLine>> log)
    {
        await foreach (var lines in log)
        {
            var update = new WatchResourceConsoleLogsUpdate();
            update.LogLines.AddRange(lines.Select(line => new ConsoleLogLine { Text = line.Text, IsStdErr = line.IsError, LineNumber = line.Number }));
            await WriteAsync(context, update);
        }
    }

    /// <summary>A message comes after one byte that says whether it is compressed, and its length in four.</summary>
    private static async Task<T> ReadAsync<T>(HttpContext context, MessageParser<T> parser)
        where T : IMessage<T>
    {
        var prefix = new byte[5];
        await context.Request.Body.ReadExactlyAsync(prefix, context.RequestAborted);
        var length = BinaryPrimitives.ReadUInt32BigEndian(prefix.AsSpan(1));
        if (prefix[0] != 0 || length > MaxRequestBytes)
        {
            throw new InvalidDataException("The message is compressed, or longer than any that is expected.");
        }

        var message = new byte[length];
        await context.Request.Body.ReadExactlyAsync(message, context.RequestAborted);
        return parser.ParseFrom(message);
    }

    private static async Task WriteAsync(HttpContext context, IMessage message)
    {
        var length = message.CalculateSize();
        var frame = new byte[5 + length];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)length);
        message.WriteTo(frame.AsSpan(5));
        await context.Response.Body.WriteAsync(frame, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}
