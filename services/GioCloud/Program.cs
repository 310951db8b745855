using Iij.Closing;
using Iij.GioCloud;

return await SourceHost.RunAsync<CloudSource, CloudStore, CloudGrpcService>(args);
