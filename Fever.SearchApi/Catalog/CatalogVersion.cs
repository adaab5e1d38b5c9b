namespace Fever.SearchApi.Catalog;

/// <summary>A state of the catalog: the Ingestor raises the number in each transaction that changes a published event.</summary>
/// <param name="Number">Rises with every change, and falls when a backup is restored.</param>
/// <param name="ChangedAt">When the version began. Tells apart two databases that count through the same numbers, such as one restored from a backup.</param>
/// <param name="TimeResolution">One of <see cref="TimeResolutions"/>: every start and end of a published event is a multiple of it.</param>
internal sealed record CatalogVersion(long Number, DateTime ChangedAt, short TimeResolution)
{
    /// <summary>The time resolution of a catalog in which events start or end between whole seconds.</summary>
    public const short AnyTime = 0;

    /// <summary>In seconds.</summary>
    public static readonly short[] TimeResolutions = [AnyTime, 1, 60];
}
