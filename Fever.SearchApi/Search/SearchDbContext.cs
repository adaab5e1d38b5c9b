using Microsoft.EntityFrameworkCore;

namespace Fever.SearchApi.Search;

/// <summary>The view that searches read.</summary>
internal sealed class SearchDbContext(DbContextOptions<SearchDbContext> options) : DbContext(options)
{
    public DbSet<PublishedEvent> PublishedEvents => Set<PublishedEvent>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        // A view to PostgreSQL; EF Core 10 cannot project a complex property of what it knows to be one.
        var published = modelBuilder.Entity<PublishedEvent>().HasNoKey().ToTable("published_events");
        published.ComplexProperty(row => row.Summary, summary => summary.Metadata.ComplexType.UseColumnNames());
        published.Metadata.UseColumnNames();
    }
}
