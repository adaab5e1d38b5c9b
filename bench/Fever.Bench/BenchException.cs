namespace Fever.Bench;

/// <summary>An answer that is wrong: how fast it came does not matter any more.</summary>
internal sealed class BenchException(string message) : Exception(message);
