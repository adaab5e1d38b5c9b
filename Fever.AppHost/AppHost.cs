using Fever.AppHost;

var builder = DistributedApplication.CreateBuilder(args);
var settings = builder.AddSettings();

var database = builder.AddPostgres("postgres").WithDataVolume(Settings.DataVolume).AddDatabase("feverdb");
var cache = builder.AddRedis("cache");

var ingestor = builder.AddProject<Projects.Fever_Ingestor>("ingestor")
    .WithHttpEndpoint()
    .WithHttpHealthCheck("/health")
    .WithReference(database).WaitFor(database)
    .WithEnvironment("Providers__0__Name", settings.ProviderName)
    .WithEnvironment("Providers__0__Url", settings.ProviderUrl)
    .WithEnvironment("Providers__0__Interval", settings.ProviderInterval);

if (settings.UsesSimulator)
{
    var simulator = builder.AddProject<Projects.Fever_ProviderSimulator>("simulator")
        .WithHttpEndpoint()
        .WithHttpHealthCheck("/health")
        .WithEnvironment("TurnFile", settings.SimulatorTurnFile);
    ingestor.WithReference(simulator).WaitFor(simulator);
}

var gateway = builder.AddProject<Projects.Fever_Gateway>("gateway")
    .WithHttpEndpoint(port: settings.GatewayPort)
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/health");

// One resource per replica, all under one service name: the gateway sees each of them (docs/adr/0008).
for (var replica = 1; replica <= settings.SearchReplicas; replica++)
{
    var searchApi = builder.AddProject<Projects.Fever_SearchApi>($"searchapi-{replica}")
        .WithHttpEndpoint()
        // The gateway's way in (docs/adr/0022).
        .WithHttpEndpoint(name: "h2c", env: "H2C_PORT")
        .WithHttpHealthCheck("/health")
        .WithReference(database).WaitFor(database)
        .WithReference(cache).WaitFor(cache)
        .WaitFor(ingestor);
    gateway.WithReference(searchApi, "searchapi").WaitFor(searchApi);
}

builder.AddWelcome(gateway.GetEndpoint("http"), ingestor.GetEndpoint("http"), settings);
builder.Build().Run();
