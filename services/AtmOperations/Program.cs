using Iij.AtmOperations;
using Iij.Closing;

return await SourceHost.RunAsync<AtmSource, AtmStore, AtmGrpcService>(args);
