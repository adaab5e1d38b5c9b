using Microsoft.EntityFrameworkCore;

namespace Fever.SearchApi.Catalog;

/// <summary>The table of one row that tells the version.</summary>
internal sealed class CatalogVersionDbContext(DbContextOptions<CatalogVersionDbContext> options) : DbContext(options)
{
    public DbSet<CatalogVersion> Versions => Set<CatalogVersion>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<CatalogVersion>(version =>
    {
        version.HasNoKey().ToTable("catalog");
        version.Property(row => row.Number).HasColumnName("version");
        version.Property(row => row.ChangedAt).HasColumnName("changed_at");
        version.Property(row => row.TimeResolution).HasColumnName("time_resolution");
    });
}
