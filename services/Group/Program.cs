using Iij.Closing;
using Iij.Group;

return await SourceHost.RunAsync<GroupSource, GroupStore, GroupGrpcService>(args);
