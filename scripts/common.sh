# Shared by the scripts: where things are, building, and how mpirun is started here.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
products=$root/.build/release

# Builds what is named ("Driver", "RankWorker", "tests") in release, unless no source changed since.
build() {
  local stamp=$products/.built-$1
  if [ -e "$stamp" ] && [ -z "$(find "$root/Package.swift" "$root/Sources" "$root/Tests" \
    -newer "$stamp" -print -quit)" ]; then
    return
  fi
  local what=(--product "$1")
  [ "$1" = tests ] && what=(--build-tests)
  local started
  started=$(mktemp)
  echo "building $1" >&2
  # A build may be cut off, or a source may change while it runs: the stamp is as old as its start.
  if ! swift build --package-path "$root" -c release "${what[@]}" >&2; then
    rm -f "$started"
    return 1
  fi
  touch -r "$started" "$stamp"
  rm -f "$started"
}

# mpirun with the flags that are right here: as root or not, on any number of cores.
mpi_command=(mpirun --quiet --oversubscribe)
if [ "$(id -u)" -eq 0 ]; then
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi

# Unpacks PyTorch's operator cases into a folder.
unpack_cases() {
  local name
  for name in cases.json tensors.safetensors; do
    gzip -dc "$root/Tests/Conformance/$name.gz" >"$1/$name"
  done
}
