using System.Globalization;
using Fever.ProviderSimulator.Catalogues;

namespace Fever.ProviderSimulator.Feed;

/// <summary>
/// The sample answers one after the other; the last one from then on. With <c>TurnFile</c> configured a restart goes
/// on where it was, because a provider does not go back in time either.
/// </summary>
internal sealed class AnswersInTurn(IConfiguration configuration)
{
    private readonly Lock _turn = new();
    private readonly string? _file = configuration["TurnFile"];
    private int? _given;

    /// <summary>The number of the answer whose turn it is.</summary>
    public int Next()
    {
        lock (_turn)
        {
            var given = Math.Min((_given ?? Remembered()) + 1, SampleCatalogue.Answers.Count);
            _given = given;
            Remember(given);
            return given;
        }
    }

    private int Remembered() =>
        File.Exists(_file) && int.TryParse(File.ReadAllText(_file), CultureInfo.InvariantCulture, out var given) ? Math.Max(given, 0) : 0;

    private void Remember(int given)
    {
        if (_file is not null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
            File.WriteAllText(_file, given.ToString(CultureInfo.InvariantCulture));
        }
    }
}
