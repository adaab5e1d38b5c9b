using System.Data.Common;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Fever.SearchApi.Catalog;

namespace Fever.SearchApi.Database;

/// <summary>A row of the view <c>published_events</c>, written straight to JSON.</summary>
internal static class EventRow
{
    public static readonly JsonWriterOptions Json = new()
    {
        // Letters of every alphabet stay as they are; what HTML could take for markup is still escaped.
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        SkipValidation = true,
    };

    private static readonly JsonEncodedText Id = JsonEncodedText.Encode("id");
    private static readonly JsonEncodedText Title = JsonEncodedText.Encode("title");
    private static readonly JsonEncodedText StartDate = JsonEncodedText.Encode("start_date");
    private static readonly JsonEncodedText StartTime = JsonEncodedText.Encode("start_time");
    private static readonly JsonEncodedText EndDate = JsonEncodedText.Encode("end_date");
    private static readonly JsonEncodedText EndTime = JsonEncodedText.Encode("end_time");
    private static readonly JsonEncodedText MinPrice = JsonEncodedText.Encode("min_price");
    private static readonly JsonEncodedText MaxPrice = JsonEncodedText.Encode("max_price");

    /// <summary>The row of <see cref="EventSql.Version"/>, which is the first result.</summary>
    public static async Task<CatalogVersion> ReadVersionAsync(this DbDataReader rows, CancellationToken cancellationToken)
    {
        await rows.ReadAsync(cancellationToken);
        return new(rows.GetInt64(0), rows.GetDateTime(1), rows.GetInt16(2));
    }

    public static Guid IdOf(DbDataReader row) => row.GetGuid(0);

    public static DateTime StartsAt(DbDataReader row) => row.GetDateTime(8);

    public static void Write(Utf8JsonWriter json, DbDataReader row)
    {
        json.WriteStartObject();
        json.WriteString(Id, row.GetGuid(0));
        json.WriteString(Title, row.GetString(1));
        Write<DateOnly>(json, StartDate, row, 2, "O");
        Write<TimeOnly>(json, StartTime, row, 3, "HH:mm:ss");
        Write<DateOnly>(json, EndDate, row, 4, "O");
        Write<TimeOnly>(json, EndTime, row, 5, "HH:mm:ss");
        WritePrice(json, MinPrice, row, 6);
        WritePrice(json, MaxPrice, row, 7);
        json.WriteEndObject();
    }

    // The contract leaves no member out: one without a value is written as null.
    private static void Write<T>(Utf8JsonWriter json, JsonEncodedText name, DbDataReader row, int column, string format)
        where T : IUtf8SpanFormattable
    {
        if (row.IsDBNull(column))
        {
            json.WriteNull(name);
            return;
        }

        Span<byte> text = stackalloc byte[10];
        row.GetFieldValue<T>(column).TryFormat(text, out var length, format, CultureInfo.InvariantCulture);
        json.WriteString(name, text[..length]);
    }

    private static void WritePrice(Utf8JsonWriter json, JsonEncodedText name, DbDataReader row, int column)
    {
        if (row.IsDBNull(column))
        {
            json.WriteNull(name);
        }
        else
        {
            json.WriteNumber(name, row.GetDecimal(column));
        }
    }
}
