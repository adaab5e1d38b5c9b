using Fever.ProviderSimulator.Feed;
using Fever.ServiceDefaults;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
// What has been written has been sent: a reset would take with it what still waits.
builder.Services.Configure<SocketTransportOptions>(sockets => sockets.MaxWriteBufferSize = 2);
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton<AnswersInTurn>();

var app = builder.Build();
app.MapDefaultEndpoints();
app.MapFeed();
app.Run();
