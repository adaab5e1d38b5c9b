using Fever.Ingestor.Database;
using Fever.Ingestor.Providers;
using Fever.Ingestor.Syncing;
using Fever.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddCatalogDatabase();
builder.AddProviders();
builder.AddSyncing();

var app = builder.Build();
app.MapDefaultEndpoints();
app.Run();
