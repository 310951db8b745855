using Iij.Closing;
using Iij.Network;

return await SourceHost.RunAsync<NetworkSource, NetworkStore, NetworkGrpcService>(args);
