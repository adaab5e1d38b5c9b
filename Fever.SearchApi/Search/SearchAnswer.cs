using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;

namespace Fever.SearchApi.Search;

/// <summary>The body of a successful search.</summary>
internal sealed record SearchAnswer(EventList Data)
{
    // Letters of every alphabet stay as they are; what HTML could take for markup is still escaped.
    private static readonly SearchJson Readable =
        new(new JsonSerializerOptions(SearchJson.Default.Options) { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) });

    /// <summary>Always null; the public contract requires the member.</summary>
    public object? Error { get; }

    public byte[] ToUtf8Bytes() => JsonSerializer.SerializeToUtf8Bytes(this, Readable.SearchAnswer);
}

internal sealed record EventList(IReadOnlyList<EventSummary> Events);

/// <summary>An event as the public contract shows it.</summary>
/// <param name="Id">Identifier of the plan: the same for good.</param>
/// <param name="Title">Title of the plan.</param>
/// <param name="StartDate">Date when the event starts, local, as the provider printed it.</param>
/// <param name="StartTime">Time when the event starts, local, as the provider printed it.</param>
/// <param name="EndDate">Date when the event ends, local; null when it has no end.</param>
/// <param name="EndTime">Time when the event ends, local; null when it has no end.</param>
/// <param name="MinPrice">Lowest price of all tickets; null when there are none.</param>
/// <param name="MaxPrice">Highest price of all tickets; null when there are none.</param>
internal sealed record EventSummary(
    Guid Id,
    string Title,
    DateOnly StartDate,
    TimeOnly? StartTime,
    DateOnly? EndDate,
    TimeOnly? EndTime,
    decimal? MinPrice,
    decimal? MaxPrice);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    Converters = [typeof(WholeSecondsConverter)])]
[JsonSerializable(typeof(SearchAnswer))]
internal sealed partial class SearchJson : JsonSerializerContext;

/// <summary>The contract's times are <c>HH:mm:ss</c>; the built-in converter adds a fraction when there is one.</summary>
internal sealed class WholeSecondsConverter : JsonConverter<TimeOnly>
{
    public override TimeOnly Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Answers are only written.");

    public override void Write(Utf8JsonWriter writer, TimeOnly value, JsonSerializerOptions options)
    {
        Span<byte> text = stackalloc byte[8];
        value.TryFormat(text, out _, "HH:mm:ss", provider: null);
        writer.WriteStringValue(text);
    }
}
