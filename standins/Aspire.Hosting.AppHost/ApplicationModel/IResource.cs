using System.Collections.ObjectModel;

namespace Aspire.Hosting
{
    public interface IResourceWithServiceDiscovery : IResourceWithEndpoints;
}

namespace Aspire.Hosting.ApplicationModel
{
    public interface IResourceAnnotation;

    public sealed class ResourceAnnotationCollection : Collection<IResourceAnnotation>;

    public interface IResource
    {
        string Name { get; }
        ResourceAnnotationCollection Annotations { get; }
    }

    public abstract class Resource(string name) : IResource
    {
        public virtual string Name { get; } = name;
        public virtual ResourceAnnotationCollection Annotations { get; } = [];
    }

    public interface IResourceWithEnvironment : IResource;
    public interface IResourceWithWaitSupport : IResource;
    public interface IResourceWithEndpoints : IResource;
    public interface IResourceWithoutLifetime : IResource;
    public interface IResourceWithParent<out T> : IResource where T : IResource { T Parent { get; } }
    public interface IResourceWithConnectionString : IResource { ValueTask<string?> GetConnectionStringAsync(CancellationToken cancellationToken = default); }

    public interface IResourceBuilder<out T> where T : IResource
    {
        IDistributedApplicationBuilder ApplicationBuilder { get; }
        T Resource { get; }
    }
}
