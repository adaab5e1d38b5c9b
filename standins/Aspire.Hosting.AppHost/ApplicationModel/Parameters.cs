namespace Aspire.Hosting
{
    public static class ParameterResourceBuilderExtensions
    {
        public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, string value, bool publishValueAsDefault = false, bool secret = false) =>
            builder.AddResource(new ParameterResource(name, value, secret));

        public static IResourceBuilder<ParameterResource> WithDescription(this IResourceBuilder<ParameterResource> builder, string description, bool enableMarkdown = false)
        {
            builder.Resource.Description = description;
            return builder;
        }
    }
}

namespace Aspire.Hosting.ApplicationModel
{
    /// <summary>A setting of the application, which the dashboard shows; a secret one is masked there.</summary>
    public class ParameterResource : Resource, IResourceWithoutLifetime
    {
        internal ParameterResource(string name, string value, bool secret)
            : base(name) => (CurrentValue, Secret) = (value, secret);

        public string? Description { get; set; }
        public bool Secret { get; }
        internal string CurrentValue { get; }
    }
}
