using System.ComponentModel.DataAnnotations;

namespace Fever.Ingestor.Retention;

/// <summary>Section <c>Retention</c>. Events are kept for ever, and so is the journal unless <see cref="PruneJournalAfter"/> is set.</summary>
internal sealed class RetentionOptions
{
    /// <summary>Age of an event's end after which the event goes to the archive, which searches still see. Default: never.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "36500.00:00:00")]
    public TimeSpan? ArchiveEventsAfter { get; set; }

    /// <summary>Age after which a change is dropped from the journal, but for the few of each event that rebuild its row. Default: never.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "36500.00:00:00")]
    public TimeSpan? PruneJournalAfter { get; set; }

    /// <summary>Time for which a bad record has not been seen after which it is dropped. Default: 30 days.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "36500.00:00:00")]
    public TimeSpan PruneRejectsAfter { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Age after which a sync is dropped from the list of syncs. Default: 30 days.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "36500.00:00:00")]
    public TimeSpan PruneSyncsAfter { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How many syncs of a provider, and how many of its bad records, are kept: the newest. Default: 10,000, which is 30 days of polls every five minutes.</summary>
    [Range(100, 10_000_000)]
    public int MaxRowsPerProvider { get; set; } = 10_000;

    /// <summary>Time from one round to the next. Default: 6 hours.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "30.00:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromHours(6);

    /// <summary>Rows of one transaction: what a sync may have to wait for. Default: 1,000.</summary>
    [Range(1, 100_000)]
    public int BatchSize { get; set; } = 1_000;
}
