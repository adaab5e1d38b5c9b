using Fever.Ingestor.Database;

namespace Fever.Ingestor.Syncing;

/// <summary>Keeps a claim alive while its sync goes on, and stops the sync when the claim is lost all the same.</summary>
internal sealed class Lease : IAsyncDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private readonly CancellationTokenSource _lost;
    private readonly Task _keeping;

    public Lease(Claim claim, TimeSpan duration, IServiceScopeFactory scopes, TimeProvider time, CancellationToken stopping)
    {
        _lost = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        _keeping = KeepAsync(claim, duration, scopes, time);
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

    private async Task KeepAsync(Claim claim, TimeSpan duration, IServiceScopeFactory scopes, TimeProvider time)
    {
        // Thirds: two renewals may fail before anyone else may take over.
        using var timer = new PeriodicTimer(duration / 3, time);
        while (await timer.WaitForNextTickAsync(_ended.Token))
        {
            if (!await TryRenewAsync(claim, duration, scopes))
            {
                await _lost.CancelAsync();
                return;
            }
        }
    }

    private async Task<bool> TryRenewAsync(Claim claim, TimeSpan duration, IServiceScopeFactory scopes)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<ProviderSchedule>().RenewAsync(claim, duration, _ended.Token);
        }
        catch (Exception exception) when (CatalogDbContext.FaultOf(exception) is not null)
        {
            // Not lost yet; and if it is by then, the fence keeps this sync from writing.
            return true;
        }
    }
}
