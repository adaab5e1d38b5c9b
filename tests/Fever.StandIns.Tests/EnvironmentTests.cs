using Fever.Testing;

namespace Fever.StandIns.Tests;

public sealed class EnvironmentTests
{
    [Fact]
    public async Task Consumers_get_connection_strings_and_their_parts()
    {
        var variables = await EnvironmentAsync((builder, consumer) => consumer
            .WithReference(builder.AddPostgres("postgres").AddDatabase("feverdb"))
            .WithReference(builder.AddRedis("cache")));

        var password = variables["FEVERDB_PASSWORD"];
        var port = variables["FEVERDB_PORT"];
        Assert.Equal($"Host=localhost;Port={port};Username=postgres;Password={password};Database=feverdb", variables["ConnectionStrings__feverdb"]);
        Assert.Equal("localhost", variables["FEVERDB_HOST"]);
        Assert.Equal("postgres", variables["FEVERDB_USERNAME"]);
        Assert.Equal("feverdb", variables["FEVERDB_DATABASENAME"]);
        Assert.Equal($"postgresql://postgres:{password}@localhost:{port}/feverdb", variables["FEVERDB_URI"]);
        Assert.Equal($"localhost:{variables["CACHE_PORT"]},password={variables["CACHE_PASSWORD"]}", variables["ConnectionStrings__cache"]);
    }

    [Fact]
    public async Task Resources_referenced_under_one_name_are_numbered()
    {
        var variables = await EnvironmentAsync((builder, consumer) =>
        {
            for (var replica = 1; replica <= 2; replica++)
            {
                consumer.WithReference(builder.AddProject<Simulator>($"searchapi-{replica}").WithHttpEndpoint(), "searchapi");
            }
        });

        Assert.Equal(variables["services__searchapi__http__1"], variables["searchapi_HTTP"]);
        Assert.StartsWith("http://localhost:", variables["services__searchapi__http__0"], StringComparison.Ordinal);
        Assert.StartsWith("http://localhost:", variables["services__searchapi__http__1"], StringComparison.Ordinal);
        Assert.NotEqual(variables["services__searchapi__http__0"], variables["services__searchapi__http__1"]);
    }

    [Fact]
    public async Task Values_of_ones_own_are_passed_on()
    {
        var variables = await EnvironmentAsync((builder, consumer) =>
        {
            var simulator = builder.AddProject<Simulator>("simulator").WithHttpEndpoint();
            consumer
                .WithEnvironment("TEXT", "a=b c")
                .WithReference(simulator)
                .WithEnvironment(context => context.EnvironmentVariables["FEED"] = $"{simulator.GetEndpoint("http").Url}/feed");
        });

        Assert.Equal("a=b c", variables["TEXT"]);
        Assert.Equal($"{variables["services__simulator__http__0"]}/feed", variables["FEED"]);
    }

    [Fact]
    public async Task A_project_gets_its_address_its_launch_profile_and_its_telemetry_identity()
    {
        await using var app = await Apps.StartAsync(builder => builder.AddProject<Simulator>("simulator").WithHttpEndpoint().WithHttpHealthCheck("/health"));
        var variables = await Processes.EnvironmentOfAsync((await app.HealthyAsync("simulator")).ProcessId());

        Assert.Equal($"http://127.0.0.1:{app.GetEndpoint("simulator").Port}", variables["ASPNETCORE_URLS"]);
        Assert.Equal("Development", variables["ASPNETCORE_ENVIRONMENT"]);
        Assert.Equal("simulator", variables["OTEL_SERVICE_NAME"]);
        Assert.StartsWith("service.instance.id=", variables["OTEL_RESOURCE_ATTRIBUTES"], StringComparison.Ordinal);
        // There is no dashboard to send to.
        Assert.DoesNotContain("OTEL_EXPORTER_OTLP_ENDPOINT", variables.Keys);
    }

    [Fact]
    public async Task A_project_listens_on_each_of_its_endpoints_but_those_whose_port_is_in_a_variable()
    {
        await using var app = await Apps.StartAsync(builder => builder.AddProject<Simulator>("simulator")
            .WithHttpEndpoint().WithHttpEndpoint(name: "second").WithHttpEndpoint(name: "other", env: "OTHER_PORT").WithHttpHealthCheck("/health"));
        var variables = await Processes.EnvironmentOfAsync((await app.HealthyAsync("simulator")).ProcessId());

        var (http, second, other) = (app.GetEndpoint("simulator").Port, app.GetEndpoint("simulator", "second").Port, app.GetEndpoint("simulator", "other").Port);
        Assert.Equal([$"http://127.0.0.1:{http}", $"http://127.0.0.1:{second}"], variables["ASPNETCORE_URLS"].Split(';'));
        Assert.Equal($"{other}", variables["OTHER_PORT"]);
    }

    private static async Task<IReadOnlyDictionary<string, string>> EnvironmentAsync(Action<IDistributedApplicationBuilder, IResourceBuilder<ExecutableResource>> describe)
    {
        await using var app = await Apps.StartAsync(builder => describe(builder, builder.AddExecutable("consumer", "sleep", "/", "1000")));
        return await Processes.EnvironmentOfAsync((await app.HealthyAsync("consumer")).ProcessId());
    }
}
