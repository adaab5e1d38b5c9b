Console.WriteLine("Fever");
