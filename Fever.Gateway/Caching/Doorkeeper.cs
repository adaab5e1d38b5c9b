namespace Fever.Gateway.Caching;

/// <summary>
/// Knows, in a fixed amount of memory, which keys were asked for before: a flood of requests that are all different
/// must not push out what is hot, nor cost a copy each. A forgotten key is one more miss, a mistaken one a copy for nothing.
/// </summary>
internal sealed class Doorkeeper
{
    private const int Slots = 1 << 16;

    // Written without a lock: a race has the cost of a forgotten key.
    private readonly int[] _hashes = new int[Slots];

    public bool HasSeen(AnswerKey key)
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
