namespace Fever.StandIns.Tests;

public sealed class UnsupportedTests
{
    private static readonly Dictionary<string, Action<IDistributedApplicationBuilder>> Uses = new()
    {
        ["AddPostgres userName"] = builder => builder.AddPostgres("postgres", userName: builder.AddParameter("user", "me")),
        ["AddPostgres password"] = builder => builder.AddPostgres("postgres", password: builder.AddParameter("word", "secret")),
        ["WithDataVolume isReadOnly"] = builder => builder.AddPostgres("postgres").WithDataVolume(isReadOnly: true),
        ["AddRedis password"] = builder => builder.AddRedis("cache", password: builder.AddParameter("word", "secret")),
        ["WithReference optional"] = builder => builder.AddProject<Simulator>("simulator").WithReference(builder.AddRedis("cache"), optional: true),
        ["WithHttpEndpoint targetPort"] = builder => builder.AddProject<Simulator>("simulator").WithHttpEndpoint(port: 8000, targetPort: 8001),
        ["WithHttpEndpoint isProxied"] = builder => builder.AddProject<Simulator>("simulator").WithHttpEndpoint(isProxied: true),
    };

    public static TheoryData<string> Parameters => [.. Uses.Keys];

    [Theory]
    [MemberData(nameof(Parameters))]
    public void A_parameter_that_cannot_be_honoured_is_refused_by_its_name(string parameter)
    {
        var exception = Assert.Throws<NotSupportedException>(() => Uses[parameter](DistributedApplicationTestingBuilder.Create()));

        Assert.Contains($"'{parameter.Split(' ')[1]}'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_parameter_that_says_what_is_so_anyway_is_taken()
    {
        var builder = DistributedApplicationTestingBuilder.Create();

        builder.AddProject<Simulator>("simulator").WithHttpEndpoint(port: 8000, targetPort: 8000, isProxied: false);
        builder.AddPostgres("postgres").WithDataVolume("name", isReadOnly: false);
    }
}
