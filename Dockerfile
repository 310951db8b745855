# One image for every process: the five sources, reporting and the loader. The command says which:
#   docker run IMAGE Iij.Network.dll          serves
#   docker run IMAGE Iij.Network.dll migrate  brings its database up to date
# All of them share most of their files, so one publish and one image are quicker to build and to ship than seven.

# Only what a restore reads. A change of a source file runs this stage again but leaves its result the same, byte by byte: what is
# copied from it below is then the same layer, and the restore is not repeated.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS projects
WORKDIR /all
COPY . .
RUN mkdir /projects && find . -type f \( -name '*.csproj' -o -name '*.props' -o -name 'packages.lock.json' -o -name 'global.json' \) \
    -exec cp --parents -t /projects {} +

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY --from=projects /projects .
RUN dotnet restore services/Local --locked-mode
COPY . .
# Local references every service; publishing it publishes them all, each with its own runtimeconfig.
RUN dotnet publish services/Local -c Release --no-restore -o /app -p:UseAppHost=false -p:PublishDocumentationFiles=false

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app .
# The root file system may be read-only: no diagnostic sockets, no dumps. The setting Listen alone says where it listens.
# Programs read the log here: it is JSON, whatever base the image has.
ENV DOTNET_EnableDiagnostics=0 ASPNETCORE_HTTP_PORTS= DOTNET_RUNNING_IN_CONTAINER=true
USER $APP_UID
ENTRYPOINT ["dotnet"]
