namespace Fever.Gateway.Caching;

/// <summary>
/// Admits a key to the cache from its second request on, in a fixed amount of memory, like the doorkeeper of TinyLFU
/// (https://arxiv.org/abs/1512.00727): a flood of requests that are all different must not evict hot responses, nor
/// cost a copy each. A forgotten key costs one more miss, a hash collision one useless copy.
/// </summary>
internal sealed class Doorkeeper
{
    private const int Slots = 1 << 16;

    // Written without a lock: a race costs as much as a forgotten key.
    private readonly int[] _hashes = new int[Slots];

    public bool HasSeen(CacheKey key)
    {
        ref var slot = ref _hashes[key.Hash & (Slots - 1)];
        if (slot == key.Hash)
        {
            return true;
        }

        slot = key.Hash;
        return false;
    }
}
