using Fever.Gateway;
using Fever.Gateway.Docs;
using Fever.Gateway.Routing;
using Fever.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddSearchProxy();

var app = builder.Build();
app.UseSecurityHeaders();
app.MapDefaultEndpoints();
app.UseDocsPage();
app.MapSearchProxy();
app.Run();
