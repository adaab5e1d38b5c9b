using Fever.Gateway;
using Fever.Gateway.Caching;
using Fever.Gateway.Docs;
using Fever.Gateway.Routing;
using Fever.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddSearchProxy();
builder.AddMicroCache();

var app = builder.Build();
app.UseMicroCache();
// Where nobody asks for it, the framework puts it in front of everything.
app.UseRouting();
app.UseSecurityHeaders();
app.MapDefaultEndpoints();
app.UseDocsPage();
app.MapSearchProxy();
app.Run();
