using System.ComponentModel.DataAnnotations;
using System.Net;
using Fever.Ingestor.Feeds;
using Fever.ServiceDefaults.Errors;
using Microsoft.Extensions.Options;

namespace Fever.Ingestor.Providers;

/// <summary>Reports everything that is wrong with the providers at once, each under its configuration key.</summary>
internal sealed class ProviderOptionsValidation : IValidateOptions<ProvidersOptions>
{
    public ValidateOptionsResult Validate(string? name, ProvidersOptions options)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var failures = new List<string>(options.Faults);
        foreach (var provider in options.Providers)
        {
            failures.AddRange([.. Faults(provider, provider.Key), .. Faults(provider.Limits, $"{provider.Key}:Limits")]);
            if (provider.Name != "" && !names.Add(provider.Name))
            {
                failures.Add($"{provider.Key}:Name: another provider is named '{provider.Name.Truncate()}' already");
            }
        }

        return failures is [] ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static IEnumerable<string> Faults(object options, string key)
    {
        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        return results.Select(result => $"{key}:{result.MemberNames.First()}: {result.ErrorMessage}");
    }
}

[AttributeUsage(AttributeTargets.Property)]
internal sealed class HttpAddressAttribute() : ValidationAttribute("must be an absolute http or https address")
{
    public override bool IsValid(object? value) =>
        Uri.TryCreate(value as string, UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps);
}

[AttributeUsage(AttributeTargets.Property)]
internal sealed class TimeZoneIdAttribute() : ValidationAttribute("must be an IANA time zone such as Europe/Madrid")
{
    public override bool IsValid(object? value) =>
        value is string id && TimeZoneInfo.TryFindSystemTimeZoneById(id, out _);
}

[AttributeUsage(AttributeTargets.Property)]
internal sealed class FeedFormatAttribute() : ValidationAttribute($"must be one of {string.Join(", ", FeedFormats.Names)}")
{
    public override bool IsValid(object? value) => FeedFormats.Find(value as string) is not null;
}

[AttributeUsage(AttributeTargets.Property)]
internal sealed class NetworksAttribute() : ValidationAttribute("must be networks such as 10.1.0.0/16 or fd00::/8")
{
    public override bool IsValid(object? value) =>
        value is IEnumerable<string> networks && networks.All(network => IPNetwork.TryParse(network, out _));
}
