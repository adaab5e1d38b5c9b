using Fever.AppHost;

var builder = DistributedApplication.CreateBuilder(Settings.Options(args));
var settings = builder.AddSettings();

var database = builder.AddPostgres("postgres").WithDataVolume(settings.DataVolume).WithIconName("Database").AddDatabase("feverdb");
var cache = builder.AddRedis("cache").WithIconName("DatabaseLightning");

var ingestor = builder.AddProject<Projects.Fever_Ingestor>("ingestor")
    .WithHttpEndpoint()
    .WithHttpHealthCheck("/health")
    .WithReference(database).WaitFor(database)
    .WithProviders(settings.Providers)
    .WithOperatorCommands(settings.Providers)
    .WithUrlForEndpoint("http", url => (url.DisplayText, url.Url) = ("Operate", "/providers"))
    .WithIconName("ArrowImport");

if (settings.Providers.IncludeSimulator)
{
    var simulator = builder.AddProject<Projects.Fever_ProviderSimulator>("simulator")
        .WithHttpEndpoint()
        .WithHttpHealthCheck("/health")
        .WithEnvironment("TurnFile", settings.SimulatorTurnFile)
        .WithUrlForEndpoint("http", url => (url.DisplayText, url.Url) = ("Feed", "/feed"))
        .WithIconName("DocumentTable");
    ingestor.WithReference(simulator).WaitFor(simulator);
}

var gateway = builder.AddProject<Projects.Fever_Gateway>("gateway")
    .WithHttpEndpoint(port: settings.GatewayPort)
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/health")
    .WithUrlForEndpoint("http", url => (url.DisplayText, url.Url) = ("Search", Settings.SampleSearch))
    .WithUrlForEndpoint("http", _ => new ResourceUrlAnnotation { DisplayText = "API docs", Url = "/" })
    .WithIconName("GlobeSearch");

// One resource per replica, all under one service name: the gateway sees each of them (docs/adr/0008).
var replicas = builder.AddReplicaSet("searchapi");
for (var replica = 1; replica <= settings.SearchReplicas; replica++)
{
    // Without Aspire's proxy: when a replica has died, its proxy goes on accepting requests, which then hang.
    var searchApi = builder.AddProject<Projects.Fever_SearchApi>($"searchapi-{replica}")
        .WithHttpEndpoint(isProxied: false)
        .WithHttpEndpoint(name: "h2c", isProxied: false)
        .WithHttpHealthCheck("/health")
        .WithReference(database).WaitFor(database)
        .WithReference(cache).WaitFor(cache)
        .WaitFor(ingestor)
        .WithParentRelationship(replicas)
        .WithUrlForEndpoint("http", url => url.DisplayLocation = UrlDisplayLocation.DetailsOnly)
        .WithUrlForEndpoint("h2c", url => url.DisplayLocation = UrlDisplayLocation.DetailsOnly)
        .WithIconName("DocumentSearch");
    // The gateway uses this endpoint (docs/adr/0022).
    var h2c = searchApi.GetEndpoint("h2c");
    searchApi.WithEnvironment(context => context.EnvironmentVariables["H2C_PORT"] = h2c.Property(EndpointProperty.TargetPort));
    gateway.WithReference(searchApi, "searchapi").WaitFor(searchApi);
}

builder.AddWelcome(gateway.GetEndpoint("http"), ingestor.GetEndpoint("http"), settings);
builder.Build().Run();
