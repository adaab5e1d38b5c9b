using Fever.Ingestor.Catalog;
using Fever.Ingestor.Database;
using Fever.Ingestor.Operations;
using Fever.Ingestor.Providers;
using Fever.Ingestor.Retention;
using Fever.Ingestor.Syncing;
using Fever.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddCatalogDatabase();
builder.AddProviders();
builder.AddSyncing();
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
