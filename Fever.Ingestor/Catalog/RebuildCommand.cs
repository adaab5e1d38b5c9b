using Fever.Ingestor.Database;

namespace Fever.Ingestor.Catalog;

/// <summary><c>dotnet run --project Fever.Ingestor -- rebuild</c></summary>
internal static class RebuildCommand
{
    public const string Name = "rebuild";

    /// <summary>Says what it did; the exit code is 0 unless the database was not there.</summary>
    public static async Task<int> RebuildAsync(this WebApplication app)
    {
        try
        {
            await using var scope = app.Services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<CatalogDbContext>().ApplyMigrationsAsync(CancellationToken.None);
            var result = await scope.ServiceProvider.GetRequiredService<JournalReplay>().RunAsync(CancellationToken.None);
            Console.WriteLine($"rebuild: the journal has {result.Events} events; {result.Repaired} were missing or different and are right now");
            if (result.Unknown > 0)
            {
                Console.WriteLine($"rebuild: {result.Unknown} events are not in the journal and were left alone");
            }

            return 0;
        }
        catch (Exception exception) when (CatalogDbContext.FaultOf(exception) is { } fault)
        {
            await Console.Error.WriteLineAsync($"rebuild: the database of ConnectionStrings__feverdb cannot be used: {fault.Message}");
            return 1;
        }
    }
}
