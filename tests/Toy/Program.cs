using Iij.Closing;
using Iij.Contracts;
using Iij.Toy;
using Iij.Toy.V1;

// In services/ the proto would be compiled into Contracts, and this line would not be needed.
MeasureCatalog.Add(ToyReflection.Descriptor);
return await SourceHost.RunAsync<ToySource, ToyStore, ToyGrpcService>(args);
