using Fever.Ingestor.Syncing;

namespace Fever.Ingestor.Scheduling;

/// <summary>Renews a lease while its sync goes on, and stops the sync when the lease is lost all the same.</summary>
internal sealed class LeaseRenewer : IAsyncDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private readonly CancellationTokenSource _lost;
    private readonly Task _renewing;

    public LeaseRenewer(Lease lease, TimeSpan duration, IServiceScopeFactory scopes, TimeProvider time, CancellationToken stopping)
    {
        _lost = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        _renewing = RenewAsync(lease, duration, scopes, time);
    }

    /// <summary>Cancelled when the lease is lost or the host stops.</summary>
    public CancellationToken Lost => _lost.Token;

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _renewing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ended.Dispose();
        _lost.Dispose();
    }

    private async Task RenewAsync(Lease lease, TimeSpan duration, IServiceScopeFactory scopes, TimeProvider time)
    {
        // Thirds: two renewals may fail before anyone else may take over.
        using var timer = new PeriodicTimer(duration / 3, time);
        while (await timer.WaitForNextTickAsync(_ended.Token))
        {
            if (!await TryRenewAsync(lease, duration, scopes))
            {
                await _lost.CancelAsync();
                return;
            }
        }
    }

    private async Task<bool> TryRenewAsync(Lease lease, TimeSpan duration, IServiceScopeFactory scopes)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<ProviderSchedule>().RenewAsync(lease, duration, _ended.Token);
        }
        catch (Exception) when (!_ended.IsCancellationRequested)
        {
            // Whatever keeps the database away, a name that cannot be resolved too: the lease is not lost yet. When it is,
            // the fencing token keeps this sync from writing.
            return true;
        }
    }
}
