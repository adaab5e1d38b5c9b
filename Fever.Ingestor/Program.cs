using System.Diagnostics;
using Fever.Ingestor.Catalog;
using Fever.Ingestor.Database;
using Fever.Ingestor.Operations;
using Fever.Ingestor.Providers;
using Fever.Ingestor.Retention;
using Fever.Ingestor.Scheduling;
using Fever.Ingestor.Syncing;
using Fever.ServiceDefaults;

// A feed keeps a processor busy for as long as it has bytes; on a machine that they share, searches come first.
using (var self = Process.GetCurrentProcess())
{
    self.PriorityClass = ProcessPriorityClass.BelowNormal;
}

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddCatalogDatabase((builder.Configuration.GetSection("Syncing").Get<SyncOptions>() ?? new()).MaxConcurrency);
builder.AddProviders();
builder.AddSyncing();
builder.AddScheduling();
builder.AddRetention();
builder.AddOperations();

await using var app = builder.Build();
if (RebuildCommand.IsCommand(args))
{
    return await app.RunCommandAsync(args);
}

app.MapDefaultEndpoints();
app.MapOperations();
await app.RunAsync();
return 0;
