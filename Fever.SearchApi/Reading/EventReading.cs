using Fever.SearchApi.Caching;
using Fever.SearchApi.Search;

namespace Fever.SearchApi.Reading;

/// <summary>What PostgreSQL said to a question.</summary>
/// <param name="Version">The version of the catalogue that was read.</param>
/// <param name="Body">The UTF-8 body; empty when there were more events than are read at once.</param>
/// <param name="Count">How many events it has.</param>
/// <param name="Next">Where the next page begins; null when there is none.</param>
/// <param name="IsWithin">Whether all of them lie within the canonical range, that is, whether every question it stands for has this answer.</param>
internal sealed record EventReading(CatalogVersion Version, byte[] Body, int Count, Cursor? Next, bool IsWithin)
{
    /// <summary>More events than that are read and kept in another way (<see cref="LargeAnswers"/>).</summary>
    public const int MaxEvents = 1000;

    public bool IsTooLarge => Body.Length == 0;
}
