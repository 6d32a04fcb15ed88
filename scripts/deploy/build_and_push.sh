#!/usr/bin/env bash
# Builds the images for one or several platforms and pushes them.
#
#   build_and_push.sh [--platforms linux/amd64,linux/arm64] [--targets cpu,serverless,timed] [--image NAME] [--tag TAG]
#                     [--cuda 12|13] [--cuda-image IMAGE] [--builder NAME] [--load | --dry-run]
#
# The name is --image, else H200_IMAGE; the tags are TAG-TARGET, and TAG alone for cpu. With docker buildx the builder is --builder
# (a Docker cloud builder, for instance) where there is one of that name, else "multiarch-builder", which is made; without docker,
# buildah. --load keeps the image of one platform here and pushes nothing; --dry-run prints the commands.
# DOCKER_USERNAME and DOCKER_PASSWORD log in to the registry of the name; without them an earlier login is used.
set -euo pipefail
cd "$(dirname "$0")/../.."

fail() { echo "build_and_push: $1" >&2; exit "${2:-1}"; }
usage() { sed -n '4,5s/^# *//p' "$0" >&2; exit 2; }

platforms=linux/amd64
targets=cpu,serverless,timed
image=${H200_IMAGE:-}
tag=${H200_TAG:-$(sed -n 's/^  "version": "\(.*\)",$/\1/p' package.json)}
cuda=
cuda_image=${H200_CUDA_IMAGE:-}
builder=
mode=push
load=
fallback=multiarch-builder
BUILDAH=${BUILDAH:-}
while [ $# -gt 0 ]; do
  case $1 in
    --load) load=1; shift ;;
    --dry-run) mode=dry-run; shift ;;
    --platforms | --targets | --image | --tag | --cuda | --cuda-image | --builder)
      [ $# -gt 1 ] || usage
      name=${1#--}
      printf -v "${name//-/_}" %s "$2"
      shift 2 ;;
    *) usage ;;
  esac
done

# In either order: what --load would do can be tried too.
if [ -n "$load" ] && [ "$mode" = push ]; then mode=load; fi
[ -n "$image" ] || { [ -n "$load" ] && image=h200-mug; } || fail 'no image is named: --image, or H200_IMAGE' 2
for platform in ${platforms//,/ }; do
  case $platform in
    linux/amd64) ;;
    linux/arm64) [ -z "$cuda" ] || fail 'onnxruntime offers CUDA for linux/amd64 alone' 2 ;;
    *) fail "no images for $platform: linux/amd64 and linux/arm64" 2 ;;
  esac
done
[ -z "$load" ] || [ "$platforms" = "${platforms%,*}" ] || fail '--load keeps one platform: name one' 2
for target in ${targets//,/ }; do
  case $target in base | cpu | serverless | timed) ;; *) fail "no target $target: base, cpu, serverless, timed" 2 ;; esac
done
case $cuda in
  '') ;;
  12) : "${cuda_image:=docker.io/nvidia/cuda:12.9.1-cudnn-runtime-ubuntu24.04}" ;;
  13) : "${cuda_image:=docker.io/nvidia/cuda:13.0.1-cudnn-runtime-ubuntu24.04}" ;;
  *) fail "no CUDA $cuda: 12 or 13" 2 ;;
esac

arguments=(
  --build-arg "VERSION=$tag"
  --build-arg "REVISION=$(git rev-parse HEAD 2>/dev/null || echo unknown)"
  --build-arg "CREATED=$(git log -1 --format=%cI 2>/dev/null || echo 1970-01-01T00:00:00Z)"
)
[ -z "$cuda" ] || arguments+=(--build-arg "CUDA=$cuda" --build-arg "RUNTIME_IMAGE=$cuda_image")
# A registry and a certificate authority of one's own: in the build alone, in no layer.
[ -z "${H200_BUILD_NPMRC:-}" ] || arguments+=(--secret "id=npmrc,src=$H200_BUILD_NPMRC")
[ -z "${H200_BUILD_CA:-}" ] || arguments+=(--secret "id=ca,src=$H200_BUILD_CA")

run() {
  printf '%s\n' "$*" >&2
  [ "$mode" = dry-run ] || "$@"
}
names_of() {
  local suffix=${cuda:+-cuda$cuda}
  echo "$image:$tag-$1$suffix"
  if [ "$1" = cpu ] && [ -z "$cuda" ]; then echo "$image:$tag"; fi
}
registry_of() {
  case $image in *.*/* | *:*/* | localhost/*) echo "${image%%/*}" ;; *) echo docker.io ;; esac
}
login() {
  [ "$mode" = push ] && [ -n "${DOCKER_USERNAME:-}" ] || return 0
  [ -n "${DOCKER_PASSWORD:-}" ] || fail 'DOCKER_USERNAME is set and DOCKER_PASSWORD is not' 2
  # By standard input: arguments can be read by all on this machine.
  printf %s "$DOCKER_PASSWORD" | "$1" login --username "$DOCKER_USERNAME" --password-stdin "$(registry_of)"
}

with_buildx() {
  login docker
  if [ -n "$builder" ] && docker buildx inspect "$builder" > /dev/null 2>&1; then
    :
  else
    [ -z "$builder" ] || echo "build_and_push: there is no builder $builder; $fallback is used" >&2
    builder=$fallback
    docker buildx inspect "$builder" > /dev/null 2>&1 || run docker buildx create --name "$builder" --driver docker-container
  fi
  local target name
  for target in ${targets//,/ }; do
    local tags=()
    for name in $(names_of "$target"); do tags+=(--tag "$name"); done
    # What BuildKit knows of the build goes along, its list of packages too; ours is /app/sbom.cdx.json.
    if [ -n "$load" ]; then local goes=(--load); else local goes=(--push --provenance=mode=max --sbom=true); fi
    run docker buildx build --builder "$builder" --platform "$platforms" --target "$target" "${arguments[@]}" "${tags[@]}" "${goes[@]}" .
  done
}

with_buildah() {
  local options=() target name platform
  # Where it runs without the rights for namespaces, as in a container.
  [ -z "${BUILDAH_ISOLATION:-}" ] || options+=(--isolation "$BUILDAH_ISOLATION")
  [ -z "$load" ] || [ -z "${H200_PULL_NEVER:-}" ] || options+=(--pull-never)
  # With options: where its images lie.
  local buildah
  read -ra buildah <<< "${BUILDAH:-buildah}"
  login "${buildah[0]}"
  for target in ${targets//,/ }; do
    local names
    mapfile -t names < <(names_of "$target")
    if [ -z "$load" ]; then
      for platform in ${platforms//,/ }; do
        run "${buildah[@]}" bud "${options[@]}" --format docker --layers --platform "$platform" --target "$target" "${arguments[@]}" --manifest "${names[0]}" .
      done
      for name in "${names[@]}"; do run "${buildah[@]}" manifest push --all "${names[0]}" "docker://$name"; done
    else
      local tags=()
      for name in "${names[@]}"; do tags+=(--tag "$name"); done
      run "${buildah[@]}" bud "${options[@]}" --format docker --layers --platform "$platforms" --target "$target" "${arguments[@]}" "${tags[@]}" .
    fi
  done
}

if [ -z "$BUILDAH" ] && docker buildx version > /dev/null 2>&1 && docker info > /dev/null 2>&1; then with_buildx
elif command -v "$(read -r first _ <<< "${BUILDAH:-buildah}" && echo "$first")" > /dev/null 2>&1; then with_buildah
else fail 'neither docker with buildx nor buildah is here'
fi
