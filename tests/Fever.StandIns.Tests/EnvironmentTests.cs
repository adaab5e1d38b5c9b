using Fever.Testing;

namespace Fever.StandIns.Tests;

public sealed class EnvironmentTests
{
    [Fact]
    public async Task Consumers_get_connection_strings_and_their_parts()
    {
        var variables = await EnvironmentAsync((builder, consumer) => consumer
            .WithReference(builder.AddPostgres("postgres").AddDatabase("feverdb"))
            .WithReference(builder.AddRedis("cache"), connectionName: "my-cache"));

        var password = variables["FEVERDB_PASSWORD"];
        var port = variables["FEVERDB_PORT"];
        Assert.Equal($"Host=localhost;Port={port};Username=postgres;Password={password};Database=feverdb", variables["ConnectionStrings__feverdb"]);
        Assert.Equal("localhost", variables["FEVERDB_HOST"]);
        Assert.Equal("postgres", variables["FEVERDB_USERNAME"]);
        Assert.Equal("feverdb", variables["FEVERDB_DATABASENAME"]);
        Assert.Equal($"postgresql://postgres:{password}@localhost:{port}/feverdb", variables["FEVERDB_URI"]);
        Assert.StartsWith($"localhost:{variables["MY_CACHE_PORT"]},password={variables["MY_CACHE_PASSWORD"]}", variables["ConnectionStrings__my-cache"], StringComparison.Ordinal);
        Assert.DoesNotContain("ConnectionStrings__cache", variables.Keys);
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
    public async Task A_resource_referenced_without_a_name_goes_by_its_own()
    {
        var variables = await EnvironmentAsync((builder, consumer) => consumer.WithReference(
            builder.AddProject<Simulator>("my-simulator").WithHttpEndpoint().WithHttpEndpoint(name: "h2c")));

        Assert.StartsWith("http://localhost:", variables["services__my-simulator__http__0"], StringComparison.Ordinal);
        Assert.Equal(variables["services__my-simulator__http__0"], variables["MY_SIMULATOR_HTTP"]);
        Assert.Equal(variables["services__my-simulator__h2c__0"], variables["MY_SIMULATOR_H2C"]);
        Assert.NotEqual(variables["MY_SIMULATOR_HTTP"], variables["MY_SIMULATOR_H2C"]);
    }

    [Fact]
    public async Task Values_of_ones_own_are_passed_on()
    {
        var variables = await EnvironmentAsync((builder, consumer) =>
        {
            var simulator = builder.AddProject<Simulator>("simulator").WithHttpEndpoint();
            consumer
                .WithEnvironment("TEXT", "a=b c")
                .WithEnvironment("SETTING", builder.AddParameter("setting", "plain"))
                .WithEnvironment("SECRET", builder.AddParameter("secret", "s3cret", secret: true))
                .WithReference(simulator)
                .WithEnvironment(context => context.EnvironmentVariables["FEED"] = $"{simulator.GetEndpoint("http").Url}/feed");
        });

        Assert.Equal("a=b c", variables["TEXT"]);
        Assert.Equal("plain", variables["SETTING"]);
        Assert.Equal("s3cret", variables["SECRET"]);
        Assert.Equal($"{variables["services__simulator__http__0"]}/feed", variables["FEED"]);
    }

    [Fact]
    public async Task A_project_gets_its_launch_profile_and_its_telemetry_identity()
    {
        await using var app = await Apps.StartAsync(
            builder => builder.AddProject<Simulator>("simulator").WithHttpEndpoint().WithHttpHealthCheck("/health"),
            "--ENVIRONMENT=Development");
        var variables = await Processes.EnvironmentOfAsync((await app.HealthyAsync("simulator")).ProcessId());

        Assert.Equal("Development", variables["ASPNETCORE_ENVIRONMENT"]);
        Assert.Equal("simulator", variables["OTEL_SERVICE_NAME"]);
        Assert.StartsWith("service.instance.id=", variables["OTEL_RESOURCE_ATTRIBUTES"], StringComparison.Ordinal);
        Assert.Equal("always_on", variables["OTEL_TRACES_SAMPLER"]);
        Assert.All((string[])["OTEL_BSP_SCHEDULE_DELAY", "OTEL_BLRP_SCHEDULE_DELAY", "OTEL_METRIC_EXPORT_INTERVAL"], delay => Assert.Equal("1000", variables[delay]));
        // There is no dashboard to send to.
        Assert.DoesNotContain("OTEL_EXPORTER_OTLP_HEADERS", variables.Keys);
    }

    [Fact]
    public async Task A_project_listens_on_each_of_its_endpoints_but_those_whose_port_is_in_a_variable()
    {
        await using var app = await Apps.StartAsync(builder =>
        {
            var simulator = builder.AddProject<Simulator>("simulator")
                .WithHttpEndpoint()
                .WithHttpEndpoint(name: "second", isProxied: false)
                .WithHttpEndpoint(name: "other", env: "OTHER_PORT", isProxied: false)
                .WithHttpHealthCheck("/health");
            var (http, second) = (simulator.GetEndpoint("http"), simulator.GetEndpoint("second"));
            simulator.WithEnvironment(context => context.EnvironmentVariables["HTTP_TARGET"] = http.Property(EndpointProperty.TargetPort));
            simulator.WithEnvironment(context => context.EnvironmentVariables["SECOND_TARGET"] = second.Property(EndpointProperty.TargetPort));
        });
        var variables = await Processes.EnvironmentOfAsync((await app.HealthyAsync("simulator")).ProcessId());

        var ports = variables["ASPNETCORE_URLS"].Split(';').Select(url => $"{new Uri(url).Port}");
        Assert.Equal([variables["HTTP_TARGET"], variables["SECOND_TARGET"]], ports);
        Assert.Equal($"{app.GetEndpoint("simulator", "second").Port}", variables["SECOND_TARGET"]);
        Assert.Equal($"{app.GetEndpoint("simulator", "other").Port}", variables["OTHER_PORT"]);
    }

    private static async Task<IReadOnlyDictionary<string, string>> EnvironmentAsync(Action<IDistributedApplicationBuilder, IResourceBuilder<ExecutableResource>> describe)
    {
        await using var app = await Apps.StartAsync(builder => describe(builder, builder.AddExecutable("consumer", "sleep", "/", "1000")));
        return await Processes.EnvironmentOfAsync((await app.HealthyAsync("consumer")).ProcessId());
    }
}
