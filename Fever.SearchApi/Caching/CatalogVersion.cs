namespace Fever.SearchApi.Caching;

/// <summary>
/// Which catalogue an answer was made from. The moment tells apart two databases that count through the same
/// versions, such as one restored from a backup, while answers from both are still in Redis.
/// </summary>
internal sealed record CatalogVersion(long Version, DateTime ChangedAt);
