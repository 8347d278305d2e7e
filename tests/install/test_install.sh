#!/usr/bin/env bash
# Claims about what is installed: it runs the quickstart, draws it and knows its zoo without the source tree.
#   test_install.sh BUILD SOURCE
# As root the source tree is hidden meanwhile (a mount of our own); else the check that it is not named has to do.
set -euo pipefail
build=$1 source=$2
scratch=$(mktemp -d "${TMPDIR:-/tmp}/offramp-install.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
fail() { echo "test_install: $*" >&2 && exit 1; }

# Everything in one string: the shell that runs it must not read on from a tree that is hidden.
# shellcheck disable=SC2016
work='
set -euo pipefail
prefix=$1 source=$2 scratch=$3 hidden=$4
[[ $hidden == no ]] || mount -t tmpfs none "$source"
[[ $hidden == no || ! -e $source/README.md ]]
cd "$scratch"
offramp() { env -i HOME="$scratch/home" PATH=/usr/bin:/bin "$prefix/bin/offramp" "$@"; }
offramp list models >models
grep -q "^b_lenet_fashion " models
offramp list scenarios >scenarios
grep -qF "$prefix/share/offramp/scenarios/quickstart.yaml" scenarios
if grep -qF "$source/" scenarios; then exit 1; fi
offramp run quickstart.yaml --set duration=3s --replications 2 --set output.figures=false --out run >table
grep -q "latency mean, ms" table
offramp sweep sweeps/thresholds.yaml --set duration=1s --replications 2 --out sweep --dry-run >plan
grep -q "20 points, 40 runs" plan
if /usr/bin/python3 -c "import matplotlib" 2>/dev/null; then
  offramp plot run --format svg 2>/dev/null
  [[ -s run/figures/latency.svg ]]
  [[ $(offramp report run) == run/report.html && -s run/report.html ]]
fi
offramp time resnet110 --device raspberry_pi_4 >/dev/null
'
runs() { # PREFIX
  local hidden=no
  if ((EUID == 0)) && unshare --mount true 2>/dev/null; then hidden=yes; fi
  rm -rf "$scratch/work" && mkdir -p "$scratch/work"
  if [[ $hidden == yes ]]; then
    unshare --mount --propagation private bash -c "$work" work "$1" "$source" "$scratch/work" yes
  else
    echo "test_install: not root, so the source tree is in sight" >&2
    bash -c "$work" work "$1" "$source" "$scratch/work" no
  fi
}

cmake --install "$build" --prefix "$scratch/prefix" >/dev/null
runs "$scratch/prefix" || fail "what cmake --install put into a prefix does not work"

for file in share/man/man1/offramp.1.gz share/bash-completion/completions/offramp \
  share/zsh/vendor-completions/_offramp share/doc/offramp/copyright; do
  [[ -s $scratch/prefix/$file ]] || fail "$file was not installed"
done
[[ -z $(find "$scratch/prefix" -name '__pycache__' -o -name '*.cpp' -o -name '*.hpp') ]] ||
  fail "sources or caches were installed"

if ! command -v dpkg-shlibdeps >/dev/null || ! command -v file >/dev/null; then  # cpack asks for both
  echo "test_install: no dpkg-dev or no file here, so no Debian package was made" >&2
  exit 0
fi
(cd "$build" && cpack -G DEB -B "$scratch/package" >/dev/null) || fail "cpack failed"
package=$(echo "$scratch"/package/offramp_*.deb)
[[ $(dpkg-deb --field "$package" Depends) == *libsimgrid* ]] || fail "the package does not depend on SimGrid"
dpkg-deb --extract "$package" "$scratch/root"
runs "$scratch/root/usr" || fail "what the Debian package holds does not work"
