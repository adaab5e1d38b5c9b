using System.ComponentModel.DataAnnotations;

namespace Fever.Ingestor.Feeds;

/// <summary>How much one poll of a provider may cost, whatever the provider sends: section <c>Providers:0:Limits</c>. Beyond a limit the poll ends, and what was read up to there counts.</summary>
public sealed class FeedLimits
{
    /// <summary>Seconds for a connection to be made. Default: 10.</summary>
    [Range(1, 3_600, ErrorMessage = "must be {1} to {2} seconds")]
    public int ConnectTimeout { get; set; } = 10;

    /// <summary>Seconds for a request to get the headers of its answer, connection included. Default: 30.</summary>
    [Range(1, 3_600, ErrorMessage = "must be {1} to {2} seconds")]
    public int FirstByteTimeout { get; set; } = 30;

    /// <summary>Bytes a second that a body must bring at the least, over any 30 seconds of waiting for it. Default: 1 KiB; 0 allows any rate.</summary>
    [Range(0, 1 << 30, ErrorMessage = "must be {1} to {2} bytes a second")]
    public int MinRate { get; set; } = 1024;

    /// <summary>Bytes of a body as it comes over the wire. Default: 256 MiB.</summary>
    [Range(1, 1L << 40, ErrorMessage = "must be {1} to {2} bytes")]
    public long MaxCompressedBytes { get; set; } = 256L << 20;

    /// <summary>Bytes of a body after decompression. Default: 1 GiB.</summary>
    [Range(1, 1L << 40, ErrorMessage = "must be {1} to {2} bytes")]
    public long MaxBytes { get; set; } = 1L << 30;

    /// <summary>How many times larger than on the wire a body may be, once it is larger than 8 MiB. Default: 200; feeds of many similar zones reach 50.</summary>
    [Range(1, 100_000, ErrorMessage = "must be {1} to {2}")]
    public int MaxCompressionRatio { get; set; } = 200;

    /// <summary>Levels of nested elements (XML), or of objects and arrays in a line (NDJSON), of which a deeper one only costs its record. Default: 64.</summary>
    [Range(8, 10_000, ErrorMessage = "must be {1} to {2}")]
    public int MaxDepth { get; set; } = 64;

    /// <summary>Bytes of one tag with its attributes, one name or one value (XML), or of one line (NDJSON), of which a longer one only costs its record. Default: 1 MiB. A parser has all of it in memory, several times over.</summary>
    [Range(1_024, 1 << 28, ErrorMessage = "must be {1} to {2} bytes")]
    public int MaxTokenBytes { get; set; } = 1 << 20;

    /// <summary>Records of one feed, good and bad. Default: 1,000,000.</summary>
    [Range(1, 100_000_000, ErrorMessage = "must be {1} to {2}")]
    public int MaxRecords { get; set; } = 1_000_000;

    /// <summary>Redirects from the configured address to the feed. Default: 5.</summary>
    [Range(0, 50, ErrorMessage = "must be {1} to {2}")]
    public int MaxRedirects { get; set; } = 5;

    /// <summary>Bad records of one poll that are set aside with their text; further ones are only counted. Default: 1,000.</summary>
    [Range(0, 1_000_000, ErrorMessage = "must be {1} to {2}")]
    public int MaxRejectsKept { get; set; } = 1_000;
}
