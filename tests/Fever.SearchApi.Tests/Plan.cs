namespace Fever.SearchApi.Tests;

/// <summary>What a test knows of an event; its times are UTC.</summary>
internal sealed record Plan(Guid Id, DateTime Start, DateTime? End)
{
    public DateTime EndsAt => End ?? Start;
}
