using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Fever.Ingestor.Catalog;

/// <summary>Text from outside as PostgreSQL can hold it: it has no U+0000, and UTF-8 has no lone surrogates.</summary>
internal static class Storable
{
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Text(string? text) =>
        text is null ? null : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD');
}
