using Fever.ServiceDefaults.Errors;

namespace Fever.ServiceDefaults.Tests;

public sealed class StringExtensionsTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData("", "")]
    [InlineData("1234", "1234")]
    [InlineData("12345", "1234…")]
    [InlineData("12😀", "12😀")]
    [InlineData("12😀5", "12😀…")]
    [InlineData("123😀", "123…")]
    public void A_value_is_truncated_between_characters_when_it_is_longer(string? value, string expected) =>
        Assert.Equal(expected, value.Truncate(maxLength: 4));
}
