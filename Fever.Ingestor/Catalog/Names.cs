using System.Text.Json;

namespace Fever.Ingestor.Catalog;

/// <summary>How members of closed sets are spelled wherever they leave the process.</summary>
internal static class Names
{
    public static string Of<TEnum>(TEnum value)
        where TEnum : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
