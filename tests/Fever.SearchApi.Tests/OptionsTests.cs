using Fever.Testing;
using Microsoft.Extensions.Options;

namespace Fever.SearchApi.Tests;

[Collection(nameof(Servers))]
public sealed class OptionsTests(Servers servers)
{
    [Fact]
    public async Task Settings_out_of_range_stop_the_start_and_are_all_named_at_once()
    {
        await using var replica = new Replica("Host=127.0.0.1", servers.Redis)
            .With("Catalog:PollInterval", "00:00:05")
            .With("OutputCaching:RedisLifetime", "00:00:00")
            .With("Database:QueryTimeout", "01:00:00");

        var refusal = Record.Exception(replica.CreateClient);

        var message = refusal!.ToString();
        Assert.IsType<AggregateException>(refusal);
        Assert.Contains("PollInterval", message, StringComparison.Ordinal);
        Assert.Contains("RedisLifetime", message, StringComparison.Ordinal);
        Assert.Contains("QueryTimeout", message, StringComparison.Ordinal);
        Assert.All(((AggregateException)refusal).InnerExceptions, inner => Assert.IsType<OptionsValidationException>(inner));
    }
}
