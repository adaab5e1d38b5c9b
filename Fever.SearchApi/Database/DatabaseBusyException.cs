namespace Fever.SearchApi.Database;

/// <summary>The database, or the memory for large responses, has more to do than it can in time.</summary>
internal sealed class DatabaseBusyException() : Exception("too many searches are waiting for the database");
