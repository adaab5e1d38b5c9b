using Fever.Ingestor.Feeds;
using Fever.Ingestor.Tests.Harness;
using Fever.Testing;
using Npgsql;
using NpgsqlTypes;

namespace Fever.Ingestor.Tests.Feeds;

[Collection(nameof(SharedServers))]
public sealed class PriceTests(Servers servers)
{
    [Fact]
    public async Task Every_price_that_is_accepted_comes_back_from_the_database_as_it_is()
    {
        string[] texts =
        [
            "0", "-0", "-0.00", "+5", "5.", ".5", " 20.00\n", "00020.00", "20.000000000000000000000000", "999999999999999999", "1000000000000000000",
            "0.00000000000000001", "0.0000000000000000000000000001", "0.00000000000000000000000000000000001",
            "79228162514264337593543950335", "7922816251426433759354395033.5", "4294967296", "42949672.96", "12345678901234567",
        ];
        await using var source = NpgsqlDataSource.Create($"{await servers.CreateDatabaseAsync()};Pooling=false");
        foreach (var text in texts)
        {
            Assert.True(Price.TryParse(text, out var price), text);
            Assert.Equal(decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture), price);
            await using var command = source.CreateCommand("SELECT $1");
            command.Parameters.Add(new NpgsqlParameter { Value = price, NpgsqlDbType = NpgsqlDbType.Numeric });
            Assert.Equal(price, await command.ExecuteScalarAsync());
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("-")]
    [InlineData("1.2.3")]
    [InlineData("1..2")]
    [InlineData("12,50")]
    [InlineData("1 000")]
    [InlineData("1e3")]
    [InlineData("0x10")]
    [InlineData("$5")]
    [InlineData("(5)")]
    [InlineData("-0.01")]
    [InlineData("Infinity")]
    [InlineData("٣")]
    [InlineData("5\0")]
    [InlineData("79228162514264337593543950336")]
    public void What_is_no_plain_number_is_no_price(string text) => Assert.False(Price.TryParse(text, out _));
}
