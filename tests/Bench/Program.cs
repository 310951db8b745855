using Iij.Tests.Bench;

return await BenchCommand.RunAsync(args, Console.Out, Console.Error);
