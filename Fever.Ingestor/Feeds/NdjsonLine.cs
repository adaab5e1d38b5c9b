using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Fever.Ingestor.Feeds;

/// <summary>A line of <see cref="PlanListNdjson"/>: a base plan, or the end of the feed.</summary>
internal sealed record NdjsonLine : BasePlanText
{
    public IReadOnlyList<NdjsonPlan?>? Plans { get; init; }
    public string? EndOfFeed { get; init; }
}

internal sealed record NdjsonPlan : PlanText
{
    public IReadOnlyList<NdjsonZone?>? Zones { get; init; }
}

internal sealed record NdjsonZone
{
    public string? ZoneId { get; init; }

    [JsonConverter(typeof(NdjsonPriceConverter))]
    public string? Price { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(NdjsonTextConverter)])]
[JsonSerializable(typeof(NdjsonLine))]
internal sealed partial class NdjsonContext : JsonSerializerContext;

/// <summary>Reads a string; a number, true or false is as good, as it is written.</summary>
internal class NdjsonTextConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            return ReadNested(ref reader);
        }

        return reader.TokenType == JsonTokenType.String ? reader.GetString() : Encoding.UTF8.GetString(reader.ValueSpan);
    }

    public sealed override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    protected virtual string ReadNested(ref Utf8JsonReader reader) => throw new JsonException("an object or an array is not a string");
}

/// <summary>Reads a price of whatever kind: one that is none costs its zone, not its line.</summary>
internal sealed class NdjsonPriceConverter : NdjsonTextConverter
{
    protected override string ReadNested(ref Utf8JsonReader reader)
    {
        var kind = reader.TokenType == JsonTokenType.StartObject ? "{…}" : "[…]";
        reader.Skip();
        return kind;
    }
}
