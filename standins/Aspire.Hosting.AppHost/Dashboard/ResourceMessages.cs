using System.Globalization;
using Aspire.Hosting.Dashboard.Protocol;
using Google.Protobuf.WellKnownTypes;
using Message = Aspire.Hosting.Dashboard.Protocol.Resource;

namespace Aspire.Hosting.Dashboard;

/// <summary>What the dashboard is told of a resource, in the words of its protocol.</summary>
internal sealed class ResourceMessages(string instanceId, ResourceCommandService commands)
{
    /// <summary>The resource's own name, of that by which the dashboard knows it.</summary>
    public string Parse(string name) => name.EndsWith($"-{instanceId}", StringComparison.Ordinal) ? name[..^(instanceId.Length + 1)] : name;

    public Message Of(IResource resource, CustomResourceSnapshot snapshot)
    {
        var icon = resource.Annotations.OfType<IconAnnotation>().LastOrDefault();
        var relationships = resource.Annotations.OfType<RelationshipAnnotation>().ToList();
        if (resource is IResourceWithParent<IResource> child)
        {
            relationships.Add(new(child.Parent, "Parent"));
        }

        ResourcePropertySnapshot[] details =
        [
            new("resource.displayName", resource.Name),
            new("resource.state", snapshot.State?.Text),
            new("resource.healthState", snapshot.HealthStatus),
            new("resource.startTime", snapshot.StartTimeStamp?.ToString("O", CultureInfo.InvariantCulture)),
        ];
        var properties = snapshot.Properties.AddRange(details.Where(detail => detail.Value is not null)).AddRange(relationships.Where(other => other.Type == "Parent").Select(parent => new ResourcePropertySnapshot("resource.parentName", NameOf(parent.Resource))));
        properties = resource is ProjectResource project ? properties.Add(new("project.path", project.ProjectPath)) : properties;
        properties = resource is ParameterResource parameter ? properties.Add(new("Value", parameter.CurrentValue) { IsSensitive = parameter.Secret }) : properties;
        return new()
        {
            Name = NameOf(resource),
            DisplayName = resource.Name,
            Uid = NameOf(resource),
            ResourceType = snapshot.ResourceType,
            IsHidden = resource is DashboardResource,
            IconName = icon?.Name ?? "",
            IconVariant = (int)(icon?.Variant ?? IconVariant.Regular),
            State = snapshot.State?.Text ?? "",
            CreatedAt = At(snapshot.CreationTimeStamp),
            StartedAt = At(snapshot.StartTimeStamp),
            StoppedAt = At(snapshot.StopTimeStamp),
            Commands = { resource.Annotations.OfType<ResourceCommandAnnotation>().Select(command => Of(command, commands.StateOf(command, snapshot))) },
            Environment = { snapshot.EnvironmentVariables.Select(variable => new EnvironmentVariable { Name = variable.Name, Value = variable.Value ?? "", IsFromSpec = variable.IsFromSpec }) },
            HealthReports = { snapshot.HealthReports.Select(Of) },
            Properties = { properties.Select(Of) },
            Relationships = { relationships.Select(other => new ResourceRelationship { ResourceName = other.Resource.Name, Type = other.Type }) },
            Urls = { resource is IResourceWithEndpoints endpoints ? UrlsAnnotation.Of(endpoints).Select(url => Of(url, snapshot)) : [] },
        };
    }

    public static ResourceCommandResponse Of(ExecuteCommandResult result) => new()
    {
        Kind = result.Success ? 1 : 2,
        Message = result.Message ?? "",
        Result = result.Data is { } data ? new() { Value = data.Value, Format = (int)data.Format + 1, DisplayImmediately = data.DisplayImmediately } : null,
    };

    /// <summary>With the id of its telemetry, by which the dashboard puts the two together.</summary>
    private string NameOf(IResource resource) => $"{resource.Name}-{instanceId}";

    private static ResourceProperty Of(ResourcePropertySnapshot property) =>
        new() { Name = property.Name, Value = Value.ForString(Convert.ToString(property.Value, CultureInfo.InvariantCulture)), IsSensitive = property.IsSensitive };

    private static Protocol.HealthReport Of(HealthReportSnapshot report) => new()
    {
        Key = report.Name,
        // Here nothing is degraded, and the dashboard's numbers are not HealthStatus's.
        Status = report.Status == HealthStatus.Healthy ? 0 : 1,
        Description = report.Description ?? "",
        Exception = report.ExceptionText ?? "",
        LastRunAt = At(report.LastRunAt),
    };

    private static Url Of(ResourceUrlAnnotation url, CustomResourceSnapshot snapshot) => new()
    {
        EndpointName = url.Endpoint!.EndpointName,
        FullUrl = url.Url,
        IsInternal = url.DisplayLocation == UrlDisplayLocation.DetailsOnly,
        IsInactive = snapshot.State?.Text != KnownResourceStates.Running,
        DisplayProperties = new() { DisplayName = url.DisplayText ?? "" },
    };

    private static ResourceCommand Of(ResourceCommandAnnotation command, ResourceCommandState state) => new()
    {
        Name = command.Name,
        DisplayName = command.DisplayName,
        DisplayDescription = command.Options.Description ?? "",
        ConfirmationMessage = command.Options.ConfirmationMessage ?? "",
        IconName = command.Options.IconName ?? "",
        IconVariant = (int)(command.Options.IconVariant ?? IconVariant.Regular),
        IsHighlighted = command.Options.IsHighlighted,
        State = (int)state,
    };

    private static Timestamp? At(DateTime? time) => time is { } known ? Timestamp.FromDateTime(known) : null;
}
