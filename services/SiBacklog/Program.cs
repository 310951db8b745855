using Iij.Closing;
using Iij.SiBacklog;

return await SourceHost.RunAsync<BacklogSource, BacklogStore, BacklogGrpcService>(args);
