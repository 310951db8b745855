# Sourced by ./run, ./iij and ./bench: builds a program where it is missing or a source is newer. $here is the checkout's root.

# build_once NAME PROJECT PROGRAM SOURCE...: what the build says is shown only where it fails; exits with 2 then.
build_once() {
  local name=$1 project=$2 program=$3
  shift 3
  command -v dotnet >/dev/null || { echo "$name: the .NET 10 SDK is needed: https://dotnet.microsoft.com/download" >&2; exit 2; }
  # One builds, the others wait: the programs share projects. The lock is in a folder that every build writes to.
  local lock=$here/services/Contracts/obj/build.lock
  if command -v flock >/dev/null && mkdir -p "${lock%/*}" 2>/dev/null && : 2>/dev/null >>"$lock"; then
    exec 9>>"$lock"
    flock -n 9 || { echo "$name: another build is running; waiting for it" >&2; flock 9; }
  fi
  if [ ! -f "$program" ] || [ -n "$(find "$@" "$here"/Directory.*.props "$here/global.json" -newer "$program" -type f \
      -not -path '*/bin/*' -not -path '*/obj/*' -not -path '*/node_modules/*' -not -path '*/generated/*' -print -quit)" ]; then
    echo "$name: building (about a minute the first time)" >&2
    local log
    log=$(mktemp)
    dotnet build "$project" -c Release --nologo -v quiet >"$log" 2>&1 9>&- || { cat "$log" >&2; rm -f "$log"; exit 2; }
    rm -f "$log"
    touch "$program"
  fi
  exec 9>&-
}
