using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Aspire.Hosting.Dashboard.Protocol;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

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
    private enum Status { Ok = 0, Cancelled = 1, InvalidArgument = 3, Unimplemented = 12, Internal = 13, Unauthenticated = 16 }

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
        var status = Status.Ok;
        try
        {
            await CallAsync(context, app, messages, ended.Token);
        }
        catch (Exception exception)
        {
            status = exception switch
            {
                OperationCanceledException => Status.Cancelled,
                InvalidProtocolBufferException or InvalidDataException or EndOfStreamException => Status.InvalidArgument,
                NotSupportedException => Status.Unimplemented,
                UnauthorizedAccessException => Status.Unauthenticated,
                _ => Status.Internal,
            };
        }

        context.Response.AppendTrailer("grpc-status", ((int)status).ToString(CultureInfo.InvariantCulture));
    }

    private async Task CallAsync(HttpContext context, AppRunner app, ResourceMessages messages, CancellationToken cancellationToken)
    {
        var (key, given) = (configuration["AppHost:ResourceService:ApiKey"]!, context.Request.Headers["x-resource-service-api-key"].ToString());
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(given)))
        {
            throw new UnauthorizedAccessException();
        }

        switch (context.Request.Path.Value?.Replace("/aspire.v1.DashboardService/", "", StringComparison.Ordinal))
        {
            case "GetApplicationInformation":
                await WriteAsync(context, new ApplicationInformationResponse { ApplicationName = app.ApplicationName });
                break;
            case "WatchResources":
                // The changes begin with all that there is.
                await WriteAsync(context, new WatchResourcesUpdate { InitialData = new() });
                await foreach (var change in app.Notifications.WatchAsync(cancellationToken))
                {
                    await WriteAsync(context, new WatchResourcesUpdate { Changes = new() { Value = { new WatchResourcesChange { Upsert = messages.Of(change.Resource, change.Snapshot) } } } });
                }

                break;
            case "WatchResourceConsoleLogs":
                var request = await ReadAsync(context, WatchResourceConsoleLogsRequest.Parser);
                await foreach (var lines in app.Log.ReadAsync(messages.Parse(request.ResourceName), !request.SuppressFollow, MaxLinesInMessage, cancellationToken))
                {
                    await WriteAsync(context, new WatchResourceConsoleLogsUpdate { LogLines = { lines.Select(line => new ConsoleLogLine { Text = line.Text, IsStdErr = line.IsError, LineNumber = line.Number }) } });
                }

                break;
            case "ExecuteResourceCommand":
                var command = await ReadAsync(context, ResourceCommandRequest.Parser);
                await WriteAsync(context, ResourceMessages.Of(await commands.ExecuteCommandAsync(messages.Parse(command.ResourceName), command.CommandName, cancellationToken)));
                break;
            case "WatchInteractions":
                // Nothing here ever asks the user anything.
                await context.Response.Body.FlushAsync(cancellationToken);
                await Task.Delay(Timeout.Infinite, cancellationToken);
                break;
            default:
                throw new NotSupportedException();
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
