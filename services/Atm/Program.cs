using Iij.Atm;
using Iij.Closing;

return await SourceHost.RunAsync<AtmSource, AtmStore, AtmGrpcService>(args);
