using Fever.SearchApi.Reading;
using Microsoft.EntityFrameworkCore;

namespace Fever.SearchApi.Caching;

/// <summary>The table of one row that the poller reads.</summary>
internal sealed class CatalogVersionDbContext(DbContextOptions<CatalogVersionDbContext> options) : DbContext(options)
{
    public DbSet<CatalogVersion> Catalog => Set<CatalogVersion>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) =>
        modelBuilder.Entity<CatalogVersion>().HasNoKey().ToTable("catalog").Metadata.UseColumnNames();
}
