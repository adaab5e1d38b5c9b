namespace Fever.Micro;

/// <summary>From an answer's events to its JSON, which every miss does: to be measured once its writer has its final form.</summary>
public class AnswerWriting;
