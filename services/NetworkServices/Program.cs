using Iij.Closing;
using Iij.NetworkServices;

return await SourceHost.RunAsync<NetworkSource, NetworkStore, NetworkGrpcService>(args);
