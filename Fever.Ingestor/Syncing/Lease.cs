using Fever.Ingestor.Database;

namespace Fever.Ingestor.Syncing;

/// <summary>Keeps a claim alive while its sync goes on, and stops the sync when the claim is lost all the same.</summary>
internal sealed class Lease : IAsyncDisposable
{
    /// <summary>How long a provider stays with an Ingestor that is not heard of any more.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _ended = new();
    private readonly CancellationTokenSource _lost;
    private readonly Task _keeping;

    public Lease(Claim claim, IServiceScopeFactory scopes, TimeProvider time, CancellationToken stopping)
    {
        _lost = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        _keeping = KeepAsync(claim, scopes, time);
    }

    /// <summary>Cancelled when the lease is lost or the host stops.</summary>
    public CancellationToken Lost => _lost.Token;

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _keeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ended.Dispose();
        _lost.Dispose();
    }

    private async Task KeepAsync(Claim claim, IServiceScopeFactory scopes, TimeProvider time)
    {
        // Thirds: two renewals may fail before anyone else may take over.
        using var timer = new PeriodicTimer(Duration / 3, time);
        while (await timer.WaitForNextTickAsync(_ended.Token))
        {
            if (!await TryRenewAsync(claim, scopes))
            {
                await _lost.CancelAsync();
                return;
            }
        }
    }

    private async Task<bool> TryRenewAsync(Claim claim, IServiceScopeFactory scopes)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<ProviderSchedule>().RenewAsync(claim, Duration, _ended.Token);
        }
        catch (Exception exception) when (CatalogDbContext.FaultOf(exception) is not null)
        {
            // Not lost yet; and if it is by then, the fence keeps this sync from writing.
            return true;
        }
    }
}
