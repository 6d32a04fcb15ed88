#!/bin/sh
# make-root FOLDER ARCH CUDA: what an image has besides Debian, Node.js and the program, for its architecture.
set -eu
out=$1 arch=$2 cuda=$3
mkdir -p "$out/etc" "$out/usr/bin" "$out/usr/local/bin" "$out/photos"
# So that documents hold in the container too: docker exec … h200-mug doctor
ln -s /app/bin/h200-mug.js "$out/usr/local/bin/h200-mug"
# The folders of volumes belong to its user, for a volume that is made takes over their owner.
install -d -o 10001 -g 10001 -m 700 "$out/data" "$out/models"

echo 'h200:x:10001:10001:h200-mug:/data:/usr/sbin/nologin' | cat /etc/passwd - > "$out/etc/passwd"
echo 'h200:x:10001:' | cat /etc/group - > "$out/etc/group"

work=$(mktemp -d)
chmod 755 "$work"
cd "$work"
dpkg --add-architecture "$arch"
apt-get update -qq
apt-get -o APT::Sandbox::User=root download -qq "tini:$arch"
dpkg -x tini_*.deb unpacked
cp unpacked/usr/bin/tini-static "$out/usr/bin/tini-static"
mkdir -p "$out/usr/share/doc/tini"
cp unpacked/usr/share/doc/tini/copyright "$out/usr/share/doc/tini/copyright"
cd /
rm -rf "$work" /var/lib/apt/lists/*

# onnxruntime opens cuDNN by its name without a version.
if [ -n "$cuda" ]; then
  mkdir -p "$out/usr/local/lib"
  ln -s /usr/lib/x86_64-linux-gnu/libcudnn.so.9 "$out/usr/local/lib/libcudnn.so"
fi
