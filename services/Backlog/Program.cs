using Iij.Backlog;
using Iij.Closing;

return await SourceHost.RunAsync<BacklogSource, BacklogStore, BacklogGrpcService>(args);
