using Fever.Ingestor.Database;
using Fever.ServiceDefaults.Errors;

namespace Fever.Ingestor.Catalog;

/// <summary>What the Ingestor's command line offers apart from running it: <c>dotnet run --project Fever.Ingestor -- rebuild</c>.</summary>
internal static class RebuildCommand
{
    private const string Name = "rebuild";

    /// <summary>Options such as <c>--urls</c> are configuration; a word of its own is a command.</summary>
    public static bool IsCommand(string[] args) => args is [var first, ..] && !first.StartsWith('-') && !first.Contains('=');

    /// <summary>Says what it did or why it could not; the exit code is 0 when all is right.</summary>
    public static async Task<int> RunCommandAsync(this WebApplication app, string[] args)
    {
        if (args is not [Name])
        {
            return await FailAsync($"'{string.Join(' ', args).Truncate()}' is not a command; accepted is {Name}");
        }

        if (string.IsNullOrWhiteSpace(app.Configuration.GetConnectionString("feverdb")))
        {
            return await FailAsync($"{Name}: ConnectionStrings__feverdb is not set; it names the database, such as Host=…;Port=…;Username=…;Password=…;Database=feverdb");
        }

        try
        {
            await using var scope = app.Services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<CatalogDbContext>().ApplyMigrationsAsync(CancellationToken.None);
            Report(await scope.ServiceProvider.GetRequiredService<JournalReplay>().RunAsync(CancellationToken.None));
            return 0;
        }
        catch (Exception exception) when (CatalogDbContext.FaultOf(exception) is { } fault)
        {
            return await FailAsync($"{Name}: the database of ConnectionStrings__feverdb cannot be used: {fault.Message}");
        }
    }

    private static void Report(JournalReplay.Result result)
    {
        Console.WriteLine($"{Name}: the journal has {result.Events} events; {result.Repaired} were missing or different and are right now");
        if (result.Unknown > 0)
        {
            Console.WriteLine($"{Name}: {result.Unknown} events are not in the journal and were left alone");
        }
    }

    private static async Task<int> FailAsync(string error)
    {
        await Console.Error.WriteLineAsync(error);
        return 1;
    }
}
