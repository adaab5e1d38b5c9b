using System.Text.Json;
using Fever.SearchApi.Caching;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Fever.SearchApi.Search;

/// <summary>The view of the Ingestor's database that searches read.</summary>
internal sealed class SearchDbContext(DbContextOptions<SearchDbContext> options) : DbContext(options)
{
    public DbSet<PublishedEvent> PublishedEvents => Set<PublishedEvent>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        // A view to PostgreSQL; EF Core 10 cannot project a complex property of what it knows to be one.
        var published = modelBuilder.Entity<PublishedEvent>().HasNoKey().ToTable("published_events");
        published.ComplexProperty(row => row.Summary, summary => UseColumnNames(summary.Metadata.ComplexType));
        UseColumnNames(published.Metadata);
    }

    public static void UseColumnNames(IMutableTypeBase type)
    {
        foreach (var property in type.GetDeclaredProperties())
        {
            property.SetColumnName(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
        }
    }
}

/// <summary>The catalog version, the other thing SearchApi may see.</summary>
internal sealed class CatalogDbContext(DbContextOptions<CatalogDbContext> options) : DbContext(options)
{
    public DbSet<CatalogVersion> Catalog => Set<CatalogVersion>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) =>
        SearchDbContext.UseColumnNames(modelBuilder.Entity<CatalogVersion>().HasNoKey().ToTable("catalog").Metadata);
}
