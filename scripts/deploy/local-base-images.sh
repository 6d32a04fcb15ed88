#!/usr/bin/env bash
# Makes the two base images of the Dockerfile where no registry of images is reached: Debian by mmdebstrap, Node.js and npm
# from npm's registry. local-base-images.sh [amd64|arm64]; BUILDAH: the command, with its options.
set -euo pipefail
cd "$(dirname "$0")/../.."
arch=${1:-amd64}
buildah=${BUILDAH:-buildah}
node_image=$(sed -n 's/^ARG NODE_IMAGE=//p' Dockerfile)
debian_image=$(sed -n 's/^ARG RUNTIME_IMAGE=//p' Dockerfile)
version=$(sed -n 's/.*node:\([0-9.]*\)-.*/\1/p' <<<"$node_image")
case $arch in amd64) cpu=x64 ;; *) cpu=$arch ;; esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# As the official slim image: without documentation, pages of manuals and other languages. Of another architecture's packages
# nothing is run, so they are only unpacked.
variant=minbase
[ "$arch" = "$(dpkg --print-architecture)" ] || variant=extract
mmdebstrap --quiet --variant=$variant --architectures="$arch" \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/info/*' \
  --include=ca-certificates \
  bookworm "$work/rootfs.tar" http://deb.debian.org/debian

# commit IMAGE DOCKERFILE: built with what lies in $work.
commit() {
  printf '%s\n' "$2" > "$work/Dockerfile"
  $buildah bud --isolation chroot --pull-never --format docker --platform "linux/$arch" -q -t "$1" "$work" > /dev/null
}
commit "$debian_image" 'FROM scratch
ADD rootfs.tar /
CMD ["bash"]'

npm pack --silent --pack-destination "$work" "node-linux-$cpu@$version" > /dev/null
mkdir -p "$work/node"
tar -xzf "$work"/node-linux-*.tgz -C "$work/node" --strip-components=1
npm install --silent --prefix "$work/npm" --no-save npm@11 > /dev/null
mkdir "$work/npm/bin"
for name in npm npx; do ln -s "../lib/node_modules/npm/bin/$name-cli.js" "$work/npm/bin/$name"; done
# What this machine needs to reach its registry, it needs in the build too.
cp "${NODE_EXTRA_CA_CERTS:-/etc/ssl/certs/ca-certificates.crt}" "$work/ca.pem"
commit "$node_image" "FROM $debian_image
COPY node/bin/node /usr/local/bin/node
COPY npm/node_modules /usr/local/lib/node_modules
COPY ca.pem /etc/ssl/local-ca.pem
COPY npm/bin/ /usr/local/bin/
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/local-ca.pem
CMD [\"node\"]"
echo "made $debian_image and $node_image for $arch"
