using Iij.Closing;
using Iij.Cloud;

return await SourceHost.RunAsync<CloudSource, CloudStore, CloudGrpcService>(args);
