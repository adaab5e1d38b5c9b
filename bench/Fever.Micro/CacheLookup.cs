namespace Fever.Micro;

/// <summary>From a range to the answer that a replica remembers, which every hit does: to be measured once that memory has its final form.</summary>
public class CacheLookup;
