namespace Aspire.Hosting.ApplicationModel
{
    public interface IResource;
}
namespace Aspire.Hosting
{
    public interface IProjectMetadata { string ProjectPath { get; } }

    [AttributeUsage(AttributeTargets.Class)]
    public sealed class ProjectAssemblyAttribute(string path) : Attribute { public string Path { get; } = path; }
}
