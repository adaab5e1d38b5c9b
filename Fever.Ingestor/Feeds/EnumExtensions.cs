using System.Text.Json;

namespace Fever.Ingestor.Feeds;

internal static class EnumExtensions
{
    /// <summary>How outcomes and faults are spelled wherever they leave the process: database, metrics, logs, operator API.</summary>
    public static string ToSnakeCase<TEnum>(this TEnum value)
        where TEnum : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
