#!/usr/bin/env bash
# Writes what the product is made of as CycloneDX documents: services.json (NuGet, of all services) and page.json (npm, what the page ships).
# Usage: deploy/sbom.sh [FOLDER]   (default: artifacts/sbom)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
folder="${1:-artifacts/sbom}"
mkdir -p "$folder"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
dotnet tool restore > /dev/null
dotnet restore services/Local/Local.csproj --locked-mode -v quiet
# The local program refers to every service, and so to every package that any of them ships.
dotnet tool run dotnet-CycloneDX services/Local/Local.csproj --disable-package-restore --output "$folder" --filename services.json \
    --output-format Json --no-serial-number > /dev/null
(cd services/Dashboard && npm sbom --package-lock-only --omit dev --sbom-format cyclonedx) > "$folder/page.json"
echo "$folder/services.json $folder/page.json"
