namespace Aspire.StackExchange.Redis;

public sealed class StackExchangeRedisSettings
{
    /// <summary>Default: <c>ConnectionStrings:{connectionName}</c>.</summary>
    public string? ConnectionString { get; set; }
    public bool DisableHealthChecks { get; set; }

    /// <summary>Whether to connect on first use, not when the host starts.</summary>
    public bool DisableAutoActivation { get; set; } = true;
}
