using System.ComponentModel.DataAnnotations;
using Fever.ServiceDefaults.Errors;
using Microsoft.Extensions.Options;

namespace Fever.Ingestor.Providers;

/// <summary>Says everything that is wrong with the providers at once, each under its configuration key.</summary>
internal sealed class ProviderOptionsValidation : IValidateOptions<ProvidersOptions>
{
    public ValidateOptionsResult Validate(string? name, ProvidersOptions options)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var failures = new List<string>(options.Faults);
        foreach (var provider in options.Providers)
        {
            var results = new List<ValidationResult>();
            Validator.TryValidateObject(provider, new ValidationContext(provider), results, validateAllProperties: true);
            failures.AddRange(results.Select(result => $"{provider.Key}:{result.MemberNames.First()}: {result.ErrorMessage}"));
            if (provider.Name != "" && !names.Add(provider.Name))
            {
                failures.Add($"{provider.Key}:Name: another provider is named '{Shown.Cut(provider.Name)}' already");
            }
        }

        return failures is [] ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
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
